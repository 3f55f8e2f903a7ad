import { ConfigError } from "@openclaw/config";
import { ServiceError, type Step } from "@openclaw/service";

import { complain, print, printJson, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { ownService, type OwnService } from "./own-service.ts";

/** What is done with the service. */
export type ActionName = "install" | "uninstall" | "start" | "stop" | "restart";

/** How it went. */
export interface Done {
  readonly result:
    "installed" | "already-installed" | "uninstalled" | "started" | "stopped" | "restarted" | "not-loaded";
  /** Whether the supervisor starts the service by itself now. */
  readonly loaded: boolean;
  readonly message?: string;
  /** What to type next. */
  readonly hints?: readonly string[];
  readonly warnings?: readonly string[];
  readonly steps?: readonly Step[];
}

/** Options of every command on the service. */
export interface ActionFlags {
  readonly json?: boolean;
}

/** One action, and how it is told about. */
export interface Action {
  readonly name: ActionName;
  readonly flags: ActionFlags;
  /** Put before a hint in text. @default Tip */
  readonly hintLabel?: string;
  perform(own: OwnService): Promise<Done>;
}

/**
 * Does something with the service and tells how it went: exit code 0 also when there is none, 1 when it could not be done.
 * Under `--json` the answer is one object. Docs: runbook.md#service
 */
export async function reportAction(context: CommandContext, action: Action): Promise<number> {
  const { io } = context;
  try {
    const own = ownService(context);
    const done = await action.perform(own);
    if (action.flags.json) printJson(io, doneObject(action.name, own, done));
    else print(io, ...doneLines(action, done));
    return 0;
  } catch (error) {
    const failure = failureOf(error, context);
    const { message, hints, done } = failure;
    if (action.flags.json)
      printJson(io, { action: action.name, ok: false, error: message, ...listed({ hints, steps: done }) });
    else {
      complain(io, `Gateway ${action.name} failed: ${message}`);
      print(io, ...stepLines(done), ...hints.map((hint) => `Tip: ${hint}`));
    }
    return 1;
  }
}

/** Whether the supervisor starts the service by itself. @throws {CliFailure} it cannot be asked */
export async function isLoaded({ supervisor }: OwnService): Promise<boolean> {
  try {
    return await supervisor.isLoaded();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { message, hints } = error;
    throw new ServiceError(error.code, `Gateway service check failed: ${message}`, { hints, cause: error });
  }
}

interface Failure {
  readonly message: string;
  readonly hints: readonly string[];
  /** Steps that were made before it failed. */
  readonly done: readonly Step[];
}

/** A failure in words; what nobody expected is passed on. */
function failureOf(error: unknown, { program }: CommandContext): Failure {
  if (error instanceof ServiceError) {
    // The package knows the command, but not for which profile it was called.
    const hints = error.hints.map((hint) => hint.replaceAll("openclaw ", `${program} `));
    return { message: error.message, hints, done: error.done };
  }
  if (error instanceof CliFailure) {
    const { message, details, hint } = error;
    return { message, hints: [...details, ...(hint === undefined ? [] : [hint])], done: [] };
  }
  if (error instanceof ConfigError) return { message: error.message, hints: [], done: [] };
  throw error;
}

/** An action that failed as one step of a larger command. @throws what nobody expected */
export function actionFailure(error: unknown, context: CommandContext, name: ActionName): CliFailure {
  const { message, hints, done } = failureOf(error, context);
  return new CliFailure(`Gateway ${name} failed: ${message}`, {
    code: "failed",
    label: "",
    details: [...stepLines(done), ...hints.map((hint) => `Tip: ${hint}`)],
    cause: error,
  });
}

/** Nothing to do: there is no such service. */
export function notLoaded({ supervisor }: OwnService, hints: readonly string[] = []): Done {
  return {
    result: "not-loaded",
    loaded: false,
    message: `Gateway service ${supervisor.notLoadedText}.`,
    hints,
  };
}

function doneObject(name: ActionName, own: OwnService, { loaded, result, message, ...lists }: Done): object {
  const { label, loadedText, notLoadedText } = own.supervisor;
  const { warnings = [], hints = [], steps = [] } = lists;
  return {
    action: name,
    ok: true,
    result,
    ...(message !== undefined && { message }),
    ...listed({ hints }),
    service: { label, loaded, loadedText, notLoadedText },
    ...listed({ warnings, steps }),
  };
}

function listed(lists: Readonly<Record<string, readonly unknown[]>>): object {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

function doneLines({ hintLabel = "Tip" }: Action, done: Done): readonly string[] {
  const { message, hints = [], warnings = [], steps = [] } = done;
  return [
    ...warnings,
    ...(message === undefined ? [] : [message]),
    ...hints.map((hint) => `${hintLabel}: ${hint}`),
    ...stepLines(steps),
  ];
}

/** What was done, each with the command that takes it back. */
export function stepLines(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ text, undo }) => [text, ...(undo === undefined ? [] : [`  Undo: ${undo}`])]);
}
