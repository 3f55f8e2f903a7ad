import type { ConnectionFlags } from "../../connection/flags.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { viewModels } from "../../models/view-models.ts";
import { facts } from "../../output/entries.ts";

interface Options extends ConnectionFlags {
  readonly check?: boolean;
  readonly plain?: boolean;
  readonly json?: boolean;
}

/** `models status`: the default model and the keys of the providers; `--check` exits 1 when one is missing. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const { defaultModel, providers, models } = await viewModels(context, options);
  if (options.json) printJson(io, { defaultModel, providers });
  else if (options.plain) print(io, defaultModel ?? "none");
  else {
    print(io, `Default: ${defaultModel ?? "none"}`, `Models: ${models.length}`);
    print(io, providers.length === 0 ? "Providers: none" : "Providers:");
    print(
      io,
      ...providers.map(({ provider, status, source }) =>
        facts([`- ${provider}`, status === "missing" ? "no key" : "ready", source]),
      ),
    );
  }
  const isMissing =
    providers.some(({ status }) => status === "missing") || models.some((model) => model.missing);
  return options.check && isMissing ? 1 : 0;
}
