import type { ConnectionFlags } from "../../connection/flags.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { tableLines } from "../../output/table.ts";
import { viewModels } from "../../models/view-models.ts";

interface Options extends ConnectionFlags {
  readonly plain?: boolean;
  readonly json?: boolean;
}

/** `models list`: what runs can use, as the gateway has it; `--plain` prints the keys alone. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const { models } = await viewModels(context, options);
  if (options.json) printJson(io, { count: models.length, models });
  else if (options.plain) print(io, ...models.map(({ key }) => key));
  else {
    const rows = models.map(({ key, input, contextWindow, available, tags, missing }) => [
      key,
      input,
      contextWindow === null ? "unknown" : `${Math.round(contextWindow / 1_000)}k`,
      missing ? "missing" : available ? "yes" : "no key",
      tags.join(", "),
    ]);
    const header = ["Model", "Input", "Context", "Available", "Tags"];
    print(io, ...tableLines({ header, rows, columns: io.stdout.columns }));
  }
  return 0;
}
