import { installScript, startUpOf, stateFile, writeScripts } from "../completion/install.ts";
import { placesOf } from "../completion/places.ts";
import { type Shell, SHELLS, shellNamed } from "../completion/shells.ts";
import { print, printJson, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { COMMANDS, GROUPS } from "./specs.ts";

interface Options {
  readonly shell?: string;
  readonly writeState?: boolean;
  readonly install?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `completion`: a script by which a shell completes our words. Docs: completion.md */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const shell = shellNamed(options.shell ?? "zsh");
  if (options.install) return install(context, shell, options);
  const places = placesOf([...GROUPS, ...COMMANDS]);
  if (options.writeState) {
    const written = await writeScripts(context, SHELLS, places);
    if (options.json) printJson(io, { shell: shell.name, written });
    return 0;
  }
  const script = shell.script(places);
  if (options.json) printJson(io, { shell: shell.name, script });
  else print(io, script.trimEnd());
  return 0;
}

async function install(context: CommandContext, shell: Shell, { yes, json }: Options): Promise<number> {
  const { io } = context;
  const wanted = startUpOf(context, shell, stateFile(context, shell));
  const isAgreed =
    yes === true || (await agrees(context, `Add "${wanted.line}" to ${wanted.profile}? [Y/n] `));
  if (!isAgreed) return 0;
  const written = await writeScripts(context, [shell], placesOf([...GROUPS, ...COMMANDS]));
  const installed = await installScript(wanted);
  if (json) printJson(io, { shell: shell.name, written, ...installed });
  else
    print(
      io,
      installed.isNew ? `Added to ${wanted.profile}: ${wanted.line}` : `${wanted.profile} has it already.`,
      `It counts from the next shell on; in this one type: ${wanted.line}`,
      "  Undo: remove that line",
    );
  return 0;
}

async function agrees({ io }: CommandContext, question: string): Promise<boolean> {
  if (io.stdinIsTerminal) return !/^\s*n/i.test(await io.ask(question));
  const message = "--install asks before it changes a file, and here nobody can answer: add --yes";
  throw new CliFailure(message, { code: "usage" });
}
