import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { CommandContext } from "../context.ts";
import { quoted } from "../doctor/shell.ts";
import { CliFailure } from "../failure.ts";
import type { Place } from "./places.ts";
import type { Shell } from "./shells.ts";

const MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Where the script of a shell is kept. */
export function stateFile({ paths }: Pick<CommandContext, "paths">, { fileName }: Shell): string {
  return join(paths.stateDir, "completions", fileName);
}

/** Writes scripts below the state folder. @returns their paths, in the order of the shells */
export async function writeScripts(
  context: Pick<CommandContext, "paths">,
  shells: readonly Shell[],
  places: readonly Place[],
): Promise<readonly string[]> {
  return Promise.all(
    shells.map(async (shell) => {
      const path = stateFile(context, shell);
      await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
      await writeFile(path, shell.script(places), { mode: MODE });
      return path;
    }),
  );
}

/** The line by which a shell reads a script, and the file it reads whenever it starts. */
export interface StartUp {
  readonly profile: string;
  readonly line: string;
}

/** Where the line goes, and how it reads. @throws {CliFailure} a shell whose start-up file is not known */
export function startUpOf(
  { io, paths }: Pick<CommandContext, "io" | "paths">,
  { name, startUp }: Shell,
  scriptPath: string,
): StartUp {
  if (startUp !== undefined)
    return { profile: startUp(paths.home, io.env), line: `source ${quoted(scriptPath)}` };
  const hint = `openclaw completion --shell ${name} --write-state, and in its profile: . ${quoted(scriptPath)}`;
  throw new CliFailure(`--install does not know the profile of ${name}`, { code: "usage", hint });
}

/** Puts the line into the file unless it is there. @throws {CliFailure} a file that cannot be read */
export async function installScript({
  profile,
  line,
}: StartUp): Promise<StartUp & { readonly isNew: boolean }> {
  const text = await readFile(profile, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw new CliFailure(`${profile} cannot be read`, { code: "failed", cause: error });
  });
  const isNew = !text.split("\n").includes(line);
  if (isNew) {
    await mkdir(dirname(profile), { recursive: true });
    await appendFile(profile, `${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`);
  }
  return { profile, line, isNew };
}
