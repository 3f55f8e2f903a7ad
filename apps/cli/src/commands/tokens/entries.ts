import { changeConfig, ConfigError, getPath, type OpenClawConfig } from "@openclaw/config";

import { complain, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

/** An entry of the list as the file holds it. */
export type TokenEntry = NonNullable<
  NonNullable<NonNullable<OpenClawConfig["gateway"]>["auth"]>["tokens"]
>[number];

const LIST = ["gateway", "auth", "tokens"];

/** The entries in force, those of included files too. */
export function tokenEntries({ loaded }: CommandContext): readonly TokenEntry[] {
  return loaded.config.gateway?.auth?.tokens ?? [];
}

/** Adds an entry behind the others. */
export function addEntry(context: CommandContext, entry: TokenEntry): Promise<string> {
  return changeEntry(context, writtenEntries(context).length, entry);
}

/** Takes the entry of a name out of the file. */
export function removeEntry(context: CommandContext, name: string): Promise<string> {
  const index = writtenEntries(context).findIndex((entry) => getPath(entry, ["name"]) === name);
  if (index >= 0) return changeEntry(context, index, undefined);
  // Only the main file is ever written.
  throw new CliFailure(`the token ${name} is not written in ${context.paths.configPath} itself`, {
    code: "failed",
    hint: "take it out of the file that is included there",
  });
}

/** Changes one place of the list; resolves to the file that was written. */
async function changeEntry(
  context: CommandContext,
  index: number,
  value: TokenEntry | undefined,
): Promise<string> {
  const { io, paths, loaded } = context;
  const { pid, ppid } = io.machine;
  const writer = { pid, ppid, cwd: io.cwd, argv: io.argv };
  const changes = [{ path: [...LIST, String(index)], value }];
  try {
    // The index counts in the text that was read: another text must not be changed by it.
    const result = await changeConfig({ paths, env: loaded.env, changes, writer, baseHash: loaded.hash });
    if (!result.ok) throw invalid(result.issues);
    complain(io, ...result.write.logLines);
    return result.write.path;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliFailure(error.message, { code: "failed", cause: error });
  }
}

/** The list as it is written in the main file. */
function writtenEntries({ loaded }: CommandContext): readonly unknown[] {
  const list = getPath(loaded.parsed, LIST);
  return Array.isArray(list) ? list : [];
}

function invalid(issues: readonly { readonly path: string; readonly message: string }[]): CliFailure {
  const [first, ...others] = issues.map(({ path, message }) => `${path || "<root>"}: ${message}`);
  return new CliFailure(first ?? "the configuration would be invalid", { code: "usage", details: others });
}
