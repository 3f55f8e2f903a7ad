import { join } from "node:path";
import { agentWorkspace, type GatewaySettings } from "@openclaw/config";
import type { ConfigStatus } from "@openclaw/protocol";
import type { ReloadEngine, ReloadStatus } from "@openclaw/reload";
import { approvedRun } from "./approvals/approved-run.ts";
import { createExecApprovals } from "./approvals/exec-approvals.ts";
import { createApprovalPolicies } from "./approvals/policies.ts";
import { textInMemory, textOnDisk } from "./approvals/policy-text.ts";
import type { AssemblyOptions } from "./assemble.ts";
import type { AuditLog } from "./audit/audit-log.ts";
import { createConfigDesk } from "./config/config-desk.ts";
import { createContextParts } from "./context-parts.ts";
import type { GatewayContext } from "./context.ts";
import type { Core } from "./core.ts";
import type { Hooks } from "./hooks/hooks.ts";
import type { Late } from "./late.ts";
import type { SafeMode } from "./reload/safe-mode.ts";
import type { RestartDesk } from "./restart/restart-desk.ts";
import { watchEventLoop } from "./state/event-loop.ts";
import { createHealth } from "./state/health.ts";
import { heartbeatOf } from "./state/heartbeat.ts";
import { createPresenceBoard } from "./state/presence-board.ts";
import type { ProxyLooks } from "./state/proxy-looks.ts";
import { selfPresence } from "./state/self.ts";
import { createGatewayNodes } from "./wire-nodes.ts";
import type { WiredRpc } from "./wire-rpc.ts";

/** The big parts that a context stands on; some come later than it. */
export interface ContextWiring {
  readonly rpc: () => WiredRpc;
  readonly settings: () => GatewaySettings;
  readonly restarts: RestartDesk;
  readonly reload: ReloadEngine;
  readonly hooks: Hooks;
  readonly safeMode: SafeMode;
  readonly proxyLooks: ProxyLooks;
  readonly audit: AuditLog;
}

/** Makes what method handlers act on, around parts that come later. */
export function createContext(
  given: AssemblyOptions,
  core: Late<Core>,
  { rpc, settings, restarts, reload, hooks, safeMode, proxyLooks, audit }: ContextWiring,
): GatewayContext {
  const { options, loaded, instanceId, logger } = given;
  const now = options.now ?? Date.now;
  const storePath = loaded.isDurable ? loaded.paths.storePath : ":memory:";
  const parts = createContextParts(core, () => rpc().server);
  const heartbeat = (agentId: string) => heartbeatOf(reload.inForce.config, agentId, parts.heartbeats.isOn);
  const self = selfPresence();
  const configStatus = () => configStatusOf(reload.status, safeMode);
  const health = createHealth({
    agents: {
      sessionsSummary: (o) => core.value.agents.sessionsSummary(o),
      agentsList: () => core.value.agents.agentsList(),
    },
    heartbeat,
    storePath,
    configStatus,
    eventLoop: watchEventLoop(now),
    now,
    onRefresh: () => rpc().announceHealth(),
    onError: (error) => logger.error("health refresh failed", { error }),
  });
  const configDesk = createConfigDesk({
    options,
    loaded,
    restarts,
    reload,
    audit,
    now,
    logger: options.subsystem?.("config") ?? logger,
  });
  return {
    ...parts,
    proxyLooks,
    audit,
    configDesk,
    configStatus,
    restarts,
    get agents() {
      return core.value.agents;
    },
    workspaceDir: (agentId) => agentWorkspace(reload.inForce.config, loaded.paths, agentId),
    bootId: instanceId,
    startedAt: now(),
    presence: createPresenceBoard(() => self, now),
    health,
    ...createApprovalParts(given, now),
    config: () => reload.inForce,
    paths: loaded.paths,
    storePath,
    heartbeat,
    get devices() {
      return core.value.authenticator.devices;
    },
    nodes: createGatewayNodes({
      core,
      clients: parts.clients,
      settings,
      logger: options.subsystem?.("gateway/nodes") ?? logger,
      now,
    }),
    dropNode: (nodeId) => rpc().dropNode(nodeId),
    settleDevices: (effects) => rpc().settleDevices(effects),
    isConnected: (deviceId) => rpc().isConnected(deviceId),
    announcePresence: () => rpc().announcePresence(),
    logFile: options.logFile ?? (() => undefined),
    hooks: () => hooks.current,
    logLevels: options.logLevels ?? (() => undefined),
    logger,
    now,
  };
}

/** Commands that wait for a person, and the policies that say which ones do. */
function createApprovalParts(
  { options, loaded, logger }: AssemblyOptions,
  now: () => number,
): Pick<GatewayContext, "approvals" | "approvalPolicies" | "runPermit"> {
  const { stateDir, auditPath } = loaded.paths;
  const log = options.subsystem?.("gateway/exec-approvals") ?? logger;
  const text = loaded.isDurable
    ? textOnDisk(join(stateDir, "exec-approvals.json"), { auditPath, now })
    : textInMemory();
  const socketPath = join(stateDir, "exec-approvals.sock");
  const approvals = createExecApprovals({ now, logger: log });
  return {
    approvals,
    runPermit: approvedRun(approvals),
    approvalPolicies: createApprovalPolicies({ text, socketPath, logger: log }),
  };
}

function configStatusOf(status: ReloadStatus, { isOn }: SafeMode): ConfigStatus {
  const { pending, state, ...facts } = status;
  const valid = state !== "invalid" && state !== "missing";
  return { state, ...facts, valid, ...(isOn && { safeMode: true }), pendingRestart: pending };
}
