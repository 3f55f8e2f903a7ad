import { configDifferences, type EditPlan } from "@openclaw/config";

import { changeLines } from "../../config/change-lines.ts";
import { openDraft, type Draft } from "../../config/draft.ts";
import { plan, save, type SaveFlags } from "../../config/save.ts";
import { complain, print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

/**
 * `config edit`: the file in `$VISUAL` or `$EDITOR`. What is saved there is checked and its changes are shown; a person
 * is asked before it counts. A text that cannot be saved is kept.
 *
 * Docs: configuration.md#commands
 */
export async function run(context: CommandContext, options: SaveFlags): Promise<number> {
  const { io, loaded } = context;
  if (loaded.exists && loaded.raw === null) {
    throw new CliFailure(`cannot read ${loaded.path}`, { code: "failed", details: messages(context) });
  }
  const before = loaded.raw ?? "{}\n";
  const draft = await openDraft(io.machine.tmpDir, before);
  const found = await untilPlanned(context, { draft, before, options });
  if (found === undefined) {
    await draft.discard();
    return say(context, options, { outcome: "Nothing was changed." });
  }
  const changes = configDifferences(found.before.resolved, found.after.resolved);
  const lines = changes.length === 0 ? ["Only comments and layout change."] : changeLines(changes);
  if (options.json !== true) print(io, ...lines);
  if (options.dryRun !== true && !(await agrees(context, "Save this? [Y/n] "))) {
    return say(context, options, { outcome: `Not saved. Your text is kept in ${draft.path}` });
  }
  const saved = await save(context, found, { flags: options, command: ["config", "edit"] }).catch(
    (error: unknown) => {
      throw keeping(draft, error);
    },
  );
  await draft.discard();
  return say(context, options, { ...saved, changes });
}

interface Sitting {
  readonly draft: Draft;
  readonly before: string;
  readonly options: SaveFlags;
}

/** Lets a person edit until the text can be saved; undefined when it is what it was. */
async function untilPlanned(
  context: CommandContext,
  { draft, before, options }: Sitting,
): Promise<EditPlan | undefined> {
  for (;;) {
    const status = await context.io.edit(draft.path);
    if (status !== 0) {
      throw keeping(draft, new CliFailure(`the editor ended with ${status}`, { code: "failed" }));
    }
    const text = await draft.read();
    if (text === before) return undefined;
    try {
      return await plan(context, { kind: "file", text }, options);
    } catch (error) {
      if (!(error instanceof CliFailure) || !context.io.stdinIsTerminal) throw keeping(draft, error);
      complain(context.io, error.message, ...error.details);
      if (!(await agrees(context, "Edit again? [Y/n] "))) throw keeping(draft, error);
    }
  }
}

/** Yes, unless a person says no; a script has said it all with its text. */
async function agrees({ io }: CommandContext, question: string): Promise<boolean> {
  return !io.stdinIsTerminal || !/^\s*n/i.test(await io.ask(question));
}

function keeping(draft: Draft, error: unknown): unknown {
  if (!(error instanceof CliFailure)) return error;
  const { message, code, hint, details } = error;
  return new CliFailure(message, {
    code,
    details: [...details, `Your text is kept in ${draft.path}`],
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}

function say(
  { io }: CommandContext,
  { json }: SaveFlags,
  answer: {
    readonly outcome: string;
    readonly file?: string;
    readonly dryRun?: true;
    readonly changes?: unknown;
  },
): number {
  const { outcome, file, dryRun } = answer;
  if (json) printJson(io, { ok: true, ...answer });
  else if (file === undefined) print(io, outcome);
  else print(io, dryRun ? `Would save ${file}.` : `Saved ${file}.`, outcome);
  return 0;
}

function messages({ loaded }: CommandContext): readonly string[] {
  return loaded.issues.map(({ message }) => message);
}
