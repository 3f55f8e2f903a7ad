import type { Client, Methods } from "@openclaw/client";
import {
  ConfigError,
  planEdit,
  saveEdit,
  type ChangeEdit,
  type EditPlan,
  type FileEdit,
} from "@openclaw/config";

import type { ConnectionFlags } from "../connection/flags.ts";
import { complain, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { askOwnGateway } from "./own-gateway.ts";
import { gatewayRefusal, invalidResult, refusalFailure } from "./refusals.ts";

type Answer = Methods["config.set"]["result"];
type ConfigEffects = Extract<Answer, { readonly applied: unknown }>["applied"];

/** Options of every command that writes the configuration. */
export interface SaveFlags extends Omit<ConnectionFlags, "url"> {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What a write did, or would do; the answer under `--json`. */
export interface Saved {
  readonly ok: true;
  readonly dryRun?: true;
  /** The main file. */
  readonly path: string;
  /** The one that changed, which may be an included one. */
  readonly file: string;
  readonly hash: string;
  readonly changedPaths: readonly string[];
  /** What it means to the running gateway; null when none was asked. */
  readonly effects: ConfigEffects | null;
  /** The sentence about it. */
  readonly outcome: string;
}

/** What an edit would write, checked by this command alone. @throws {CliFailure} why it must not be written */
export async function plan(
  { io, paths, loaded }: CommandContext,
  edit: ChangeEdit | FileEdit,
  { force = false }: SaveFlags,
): Promise<EditPlan> {
  const base = loaded.exists ? { baseHash: loaded.hash } : {};
  const planning = await planEdit({ paths, env: io.env, edit: { ...edit, ...base, force } });
  if (!planning.ok) throw refusalFailure(planning.refusal);
  return planning.plan;
}

/**
 * Makes a planned edit: through the gateway when one runs with this file, so that it also decides what follows; else, and
 * for an included file or one that is no text, on the file itself under the writers' lock.
 *
 * @param command what the journal says about it; no values
 */
export async function save(
  context: CommandContext,
  found: EditPlan,
  { flags, command }: { readonly flags: SaveFlags; readonly command: readonly string[] },
): Promise<Saved> {
  const { before } = found;
  // What is no text has no hash that the gateway could be told.
  const isText = !before.exists || before.raw !== null;
  const isAsked = isText && found.file === context.paths.configPath;
  const asked = await askOwnGateway(context, flags, (client) =>
    isAsked ? throughGateway(client, found, flags) : Promise.resolve(undefined),
  );
  const answer = asked.running ? asked.value : undefined;
  if (answer !== undefined) return saved(found, answer);
  if (flags.dryRun !== true) await write(context, found, command);
  const outcome = asked.running
    ? "The running gateway reads the file by itself: what is live is applied, the rest waits for a restart."
    : asked.reason;
  return {
    ok: true,
    ...(flags.dryRun === true && { dryRun: true as const }),
    path: context.paths.configPath,
    file: found.file,
    hash: found.after.hash,
    changedPaths: found.changedPaths,
    effects: null,
    outcome,
  };
}

async function throughGateway(
  client: Client,
  { text, before }: EditPlan,
  { dryRun = false, force = false }: SaveFlags,
): Promise<Answer> {
  const base = before.exists ? { baseHash: before.hash } : {};
  try {
    return await client.request("config.set", { raw: text, ...base, dryRun, force });
  } catch (error) {
    throw gatewayRefusal(error);
  }
}

function saved(found: EditPlan, answer: Answer): Saved {
  if ("issues" in answer && answer.issues.length > 0) throw invalidResult(answer.issues);
  const { path, hash, changedPaths } = answer;
  const facts = { ok: true as const, path, file: found.file, hash, changedPaths };
  const mode = found.after.config.gateway?.reload?.mode ?? "hybrid";
  if (!("dryRun" in answer)) {
    const { applied, reverted, restart } = answer;
    const outcome = reverted
      ? `Not applied, the gateway goes on as before: ${reverted.path}: ${reverted.reason}`
      : outcomeOf(applied, { mode, restarts: restart !== null });
    return { ...facts, effects: answer.applied, outcome };
  }
  const { plan: effects } = answer;
  const restarts = effects.restart.length > 0 || (mode === "restart" && effects.hot.length > 0);
  return { ...facts, dryRun: true, effects, outcome: outcomeOf(effects, { mode, restarts }) };
}

function outcomeOf(
  { hot, none, ignored }: ConfigEffects,
  { mode, restarts }: { readonly mode: string; readonly restarts: boolean },
): string {
  if (restarts) return "Restarting the gateway.";
  if (ignored.length > 0) return `Pending: needs a restart (gateway.reload.mode=${mode}).`;
  return hot.length + none.length > 0 ? "Applied live." : "Nothing to apply.";
}

async function write({ io, paths }: CommandContext, found: EditPlan, argv: readonly string[]): Promise<void> {
  const { pid, ppid } = io.machine;
  try {
    const writer = { pid, ppid, cwd: io.cwd, argv };
    const { logLines } = await saveEdit(found, { paths, writer, now: () => io.now() });
    complain(io, ...logLines);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliFailure(error.message, { code: error.code, cause: error });
  }
}
