import { principalKey } from "@openclaw/auth";
import {
  ConfigError,
  type ConfigEdit,
  type ConfigIssue,
  type EditPlan,
  type EditRefusal,
  keepRejected,
  loadConfig,
  type LoadedConfig,
  planEdit,
  redactConfig,
  saveEdit,
  settingDifferences,
} from "@openclaw/config";
import {
  type ConfigEffects,
  type ConfigTried,
  type ConfigWritten,
  invalidRequest,
  RpcError,
} from "@openclaw/protocol";
import type { Accept, ReloadEngine, ReloadPlan } from "@openclaw/reload";
import type { Caller } from "@openclaw/rpc-server";
import { actorOf } from "../actor.ts";
import { auditCaller, type AuditLog } from "../audit/audit-log.ts";
import { pid } from "node:process";
import type { Loaded } from "../load.ts";
import type { GatewayOptions, Logger } from "../options.ts";
import type { RestartDesk } from "../restart/restart-desk.ts";
import { shortList } from "./short-list.ts";
import { startIssues } from "./start-issues.ts";

/** A method that writes the configuration. */
export type WriteMethod =
  "config.set" | "config.apply" | "config.patch" | "agents.create" | "agents.update" | "agents.delete";

/** One call of a method that writes the configuration. */
export type WriteCall = ConfigEdit &
  Caller & {
    readonly method: WriteMethod;
    readonly dryRun?: boolean;
    readonly sessionKey?: string;
    readonly note?: string;
    readonly restartDelayMs?: number;
  };

/** The configuration as clients read and write it. */
export interface ConfigDesk {
  /** What is on disk now. */
  read(): Promise<LoadedConfig>;
  /**
   * Checks an edit, writes it, applies it, and sees to the restart it needs. When this resolves, the new text is on disk.
   * @throws {RpcError} UNAVAILABLE when the disk fails, INVALID_REQUEST for what must not be written
   */
  write(call: WriteCall): Promise<ConfigWritten | ConfigTried>;
}

export interface ConfigDeskOptions {
  readonly options: GatewayOptions;
  readonly loaded: Loaded;
  readonly restarts: RestartDesk;
  readonly reload: ReloadEngine;
  readonly audit: AuditLog;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Docs: configuration.md#editing-over-rpc */
export function createConfigDesk(desk: ConfigDeskOptions): ConfigDesk {
  const { options, loaded, restarts, reload, audit, now, logger } = desk;
  const { paths } = loaded;
  const env = options.env ?? {};

  const decline = async (call: WriteCall, refusal: EditRefusal): Promise<never> => {
    const { message, issues, text } = refusal;
    // What is wrong about a value may quote it: its place is enough.
    const detail = issues === undefined ? message : shortList(issues.map(({ path }) => path));
    audit.note({
      kind: "config.rejected",
      ...auditCaller(call),
      outcome: "denied",
      target: call.method,
      detail,
    });
    const kept =
      text === undefined ? undefined : await keepRejected(text, { paths, now }).catch(() => undefined);
    throw invalidRequest(
      message,
      issues && { issues: issues.map(shown), ...(kept && { rejectedPath: kept }) },
    );
  };

  const save = async (call: WriteCall, plan: EditPlan) => {
    const writer = { pid, actor: `${call.method} ${principalKey(call.connection.grant.principal)}` };
    try {
      const { logLines } = await saveEdit(plan, { paths, writer, now });
      for (const line of logLines) logger.warn(line);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (error.code !== "io") throw invalidRequest(error.message);
      throw new RpcError("UNAVAILABLE", error.message, { retryable: true, cause: error });
    }
  };

  const settle = async (call: WriteCall, edit: EditPlan, accept: Accept): Promise<ConfigWritten> => {
    const { method } = call;
    const { after } = edit;
    const { plan, status } = await accept(after, acceptance(method));
    const isApplied = status.state === "applied";
    const isRestartDue = isApplied && plan.restartReasons.length > 0;
    const actor = auditOf(call, edit.changedPaths);
    const changed = edit.changedPaths.length > 0;
    if (changed) logger.info(`${method} write ${actor} restartReason=${isRestartDue ? method : "none"}`);
    const scheduled = isRestartDue
      ? await restarts.schedule(call, { root: paths.configPath, actor })
      : undefined;
    if (scheduled !== undefined)
      audit.note({ kind: "restart.requested", ...auditCaller(call), outcome: "ok", target: method });
    return {
      ok: true,
      path: paths.configPath,
      config: redactConfig(after).config,
      hash: after.hash,
      changedPaths: edit.changedPaths,
      applied: isApplied ? effectsOf(plan) : NO_EFFECTS,
      ...(!isApplied && { reverted: { path: status.path ?? "", reason: status.reason ?? "" } }),
      restart: scheduled?.restart ?? null,
      sentinel: scheduled?.sentinel ?? null,
      ...(scheduled === undefined && status.pending.length > 0 && { pendingRestart: status.pending }),
    };
  };
  const edit = async (call: WriteCall, accept: Accept): Promise<ConfigWritten | ConfigTried> => {
    const { dryRun, method } = call;
    const planning = await planEdit({
      paths,
      env,
      edit: call,
      startIssues: (after) => startIssues(after, options, loaded),
    });
    if (dryRun === true) {
      const effects = ({ before, after }: EditPlan) =>
        effectsOf(reload.plan(settingDifferences(before, after), after, acceptance(method)));
      return tried(planning, { path: paths.configPath, effects });
    }
    if (!planning.ok) return decline(call, planning.refusal);
    await save(call, planning.plan);
    const detail = shortList(planning.plan.changedPaths);
    audit.note({ kind: "config.written", ...auditCaller(call), outcome: "ok", target: call.method, detail });
    return settle(call, planning.plan, accept);
  };

  return {
    // A configuration that is a value of the program is nowhere but here.
    read: () => (options.config === undefined ? loadConfig({ paths, env }) : Promise.resolve(loaded.config)),
    write: async (call) => {
      if (options.config !== undefined)
        throw invalidRequest("the configuration belongs to the program this gateway is part of");
      return reload.during((accept) => edit(call, accept));
    },
  };
}

const NO_EFFECTS: ConfigEffects = { hot: [], restart: [], none: [], ignored: [] };

function effectsOf({ hot, restart, none, ignored }: ReloadPlan): ConfigEffects {
  return { hot, restart, none, ignored };
}

/** `config.apply` asks for a restart, also where none is needed. */
function acceptance(method: WriteCall["method"]): { readonly restartsForHot?: true } {
  return method === "config.apply" ? { restartsForHot: true } : {};
}

/** What would have become of an edit; one that cannot even be read is refused here too. */
function tried(
  planning: Awaited<ReturnType<typeof planEdit>>,
  { path, effects }: { readonly path: string; readonly effects: (plan: EditPlan) => ConfigEffects },
): ConfigTried {
  if (planning.ok) {
    const { plan } = planning;
    const facts = { hash: plan.after.hash, changedPaths: plan.changedPaths };
    return { ok: true, dryRun: true, path, ...facts, plan: effects(plan), issues: [] };
  }
  const { issues, message, hash } = planning.refusal;
  if (issues === undefined || hash === undefined) throw invalidRequest(message);
  const facts = { hash, changedPaths: [], plan: NO_EFFECTS };
  return { ok: true, dryRun: true, path, ...facts, issues: issues.map(shown) };
}

function shown({ path, message }: ConfigIssue): ConfigIssue {
  return { path, message };
}

function auditOf(caller: Caller, paths: readonly string[]): string {
  return `${actorOf(caller)} changedPaths=${shortList(paths)}`;
}
