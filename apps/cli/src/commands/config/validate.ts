import { resolve } from "node:path";

import { loadConfig, locateSetting, type ConfigIssue, type LoadedConfig } from "@openclaw/config";

import { complain, printJson, tell, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

interface Options {
  readonly json?: boolean;
}

/** `config validate [file]`: reads a file as a start does and says what is wrong. Docs: configuration.md#validation */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const { io } = context;
  const loaded = await read(context, words[0]);
  const { path, valid } = loaded;
  const [issues, warnings] = await Promise.all(
    [loaded.issues, loaded.warnings].map((found) =>
      Promise.all(found.map((issue) => located(loaded, issue))),
    ),
  );
  if (options.json) printJson(io, { valid, path, issues, warnings });
  else {
    if (valid) tell(io, `Config OK: ${path}${loaded.exists ? "" : " (not there; defaults apply)"}`);
    else complain(io, `Config invalid: ${path}`);
    complain(io, ...(issues ?? []).map(line), ...(warnings ?? []).map((issue) => `warning: ${line(issue)}`));
  }
  return valid ? 0 : 1;
}

async function read({ io, paths, loaded }: CommandContext, file: string | undefined): Promise<LoadedConfig> {
  if (file === undefined) return loaded;
  const found = await loadConfig({ paths: { ...paths, configPath: resolve(io.cwd, file) }, env: io.env });
  if (found.exists) return found;
  throw new CliFailure(`no such file: ${found.path}`, { code: "not_found" });
}

interface Located extends ConfigIssue {
  readonly file?: string;
}

/** An issue with the file it is in; of a file that cannot be parsed only the main one is known. */
async function located(loaded: LoadedConfig, issue: ConfigIssue): Promise<Located> {
  const inMain = { ...issue, ...(issue.line !== undefined && { file: loaded.path }) };
  if (issue.path === "" || loaded.parsed === null) return inMain;
  const place = await locateSetting(loaded, issue.path.split(".")).catch(() => undefined);
  return place === undefined || place.file === loaded.path ? inMain : { ...issue, ...place };
}

function line({ path, message, suggestion, file, line: number }: Located): string {
  const where = file === undefined ? "" : `${file}${number === undefined ? "" : `:${number}`}: `;
  const meant = suggestion === undefined ? "" : `; did you mean "${suggestion}"?`;
  return `${where}${path || "<root>"}: ${message}${meant}`;
}
