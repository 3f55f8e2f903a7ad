import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { removeEntry, tokenEntries } from "./entries.ts";

interface Options {
  readonly json?: boolean;
}

/** `tokens revoke <name>`: takes the entry out of the configuration. Docs: configuration.md#named-tokens */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const { io, program } = context;
  const [name = ""] = words;
  if (!tokenEntries(context).some((entry) => entry.name === name)) {
    throw new CliFailure(`there is no token ${name}`, { code: "not_found", hint: `${program} tokens list` });
  }
  const path = await removeEntry(context, name);
  if (options.json) printJson(io, { name, revoked: true, path });
  else print(io, `Revoked ${name}. A running gateway closes its connections within a second.`);
  return 0;
}
