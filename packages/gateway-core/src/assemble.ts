import { join } from "node:path";
import { type Agents, createAgents } from "@openclaw/agents";
import { type Authenticator, type AuthPolicy, createAuthenticator } from "@openclaw/auth";
import type { GatewaySettings, LoadedConfig } from "@openclaw/config";
import type { ConfigStatus } from "@openclaw/protocol";
import type { ReloadEngine, ReloadStatus } from "@openclaw/reload";
import { createApprovalPolicies } from "./approvals/policies.ts";
import { textInMemory, textOnDisk } from "./approvals/policy-text.ts";
import { approvedRun } from "./approvals/approved-run.ts";
import { createExecApprovals } from "./approvals/exec-approvals.ts";
import type { GatewayContext } from "./context.ts";
import { chargeWrites } from "./config/charge-writes.ts";
import { createConfigDesk } from "./config/config-desk.ts";
import { createContextParts } from "./context-parts.ts";
import { Late } from "./late.ts";
import type { Loaded } from "./load.ts";
import type { GatewayMemory } from "./memory.ts";
import type { CloseOptions, GatewayOptions, Logger } from "./options.ts";
import { type ListenAddress, livePolicy } from "./policy.ts";
import { createAdmission } from "./reload/admission.ts";
import { createForceKeeper } from "./reload/keep-in-force.ts";
import { wireReload } from "./reload/wire-reload.ts";
import { createRestartDesk, type RestartDesk } from "./restart/restart-desk.ts";
import { runAll } from "./run-all.ts";
import { openStateFolder, type StateFolder } from "./state-folder.ts";
import { watchEventLoop } from "./state/event-loop.ts";
import { createHealth } from "./state/health.ts";
import { heartbeatOf } from "./state/heartbeat.ts";
import { createPresenceBoard } from "./state/presence-board.ts";
import { selfPresence } from "./state/self.ts";
import { GATEWAY_VERSION } from "./version.ts";
import { createGatewayNodes } from "./wire-nodes.ts";
import { type Phase, wireHttp, type WiredHttp } from "./wire-http.ts";
import { createRestarts, passNoteOn } from "./wire-restarts.ts";
import { wireRpc, type WiredRpc } from "./wire-rpc.ts";

export interface AssemblyOptions {
  readonly options: GatewayOptions;
  readonly loaded: Loaded;
  /** Where we listen, once we do. */
  readonly address: () => ListenAddress;
  readonly instanceId: string;
  readonly memory: GatewayMemory;
  readonly phase: () => Phase;
  readonly logger: Logger;
}

/** All parts of one gateway, joined. */
export interface Assembly {
  readonly rpc: WiredRpc;
  readonly http: WiredHttp;
  /**
   * Claims the state, recovers what a crash left behind, and lets clients in.
   * @throws {GatewayError} STATE_IN_USE, STATE_UNUSABLE
   */
  open(): Promise<void>;
  /** Runs first, then clients; the state stays until `release`. */
  close(options: CloseOptions): Promise<void>;
  release(): Promise<void>;
}

/** What exists only once the state folder is open. */
interface Core {
  readonly state: StateFolder;
  readonly agents: Agents;
  readonly authenticator: Authenticator;
}

/** Builds the parts around each other; nothing is opened before `open()`. */
export function assemble(given: AssemblyOptions): Assembly {
  const { options, loaded, instanceId, logger } = given;
  const now = options.now ?? Date.now;
  const startedAt = now();
  const core = new Late<Core>();
  const subsystem = options.subsystem ?? (() => logger);
  const admission = createAdmission({
    options,
    loaded,
    onChange: () => {
      rpc.server.recheck();
      context.nodes.reconsider();
    },
  });
  const settings = () => admission.current;
  const policy = livePolicy(settings, given.address);

  const restarts = createRestarts(given, () => (core.isSet ? core.value.agents.activeRuns : 0));
  const restartDesk = createRestartDesk({ restarts, stateDir: loaded.paths.stateDir, now, logger });
  const reload = wireReload({
    options,
    loaded,
    parts: [admission.part],
    restarts: restartDesk,
    onStatus: () => {
      inForce.look(reload);
      context.health.touch();
    },
    logger: subsystem("reload"),
  });
  const inForce = createForceKeeper({ paths: loaded.paths, logger: subsystem("config") });
  const context = createContext(given, core, { rpc: () => rpc, settings, restarts: restartDesk, reload });
  const authenticator = lateAuthenticator(core);
  const rpc = wireRpc({
    context,
    authenticator,
    charge: chargeWrites({
      budget: given.memory.writeBudget,
      limits: () => settings().writeBudget,
      now,
      logger: subsystem("config"),
    }),
    policy,
    settings,
    bootId: instanceId,
    startedAt,
    logger: subsystem("gateway/ws"),
  });
  const http = wireHttp({
    authenticator,
    agents: {
      startRun: (request) => core.value.agents.startRun(request),
      agentsList: () => core.value.agents.agentsList(),
    },
    policy,
    settings,
    instanceId,
    ...(loaded.paths.profile !== undefined && { profile: loaded.paths.profile }),
    phase: given.phase,
    configState: () => reload.status.state,
    canWrite: () => !core.isSet || !core.value.state.writes.isFailing,
    uptimeMs: () => now() - startedAt,
    eventLoop: () => context.health.eventLoop,
    logger: subsystem("gateway/http"),
    now,
  });

  return {
    rpc,
    http,
    open: async () => {
      core.set(await openCore(given, policy, reload));
      const { agents } = core.value;
      await context.voiceWake.load();
      await agents.start();
      agents.onEvent((event) => {
        rpc.announceRun(event);
        if (event.type === "chat" && event.state !== "delta") context.health.touch();
      });
      agents.sessions.onEvent((event) => rpc.announceSession(event));
      await passNoteOn(given, agents);
      await context.health.get();
      const { provider, model } = agents.defaultModel();
      logger.info(`agent model: ${provider}/${model}`);
      rpc.server.setPhase("ready");
      // A configuration that is a value of the program has no file.
      if (options.config !== undefined) return;
      inForce.look(reload);
      await inForce.settled();
      await reload.watch();
    },
    close: async ({ graceMs = 0, reason = "gateway stopping", restartExpectedMs }) => {
      await reload.close();
      await inForce.settled();
      admission.close();
      restarts?.close();
      context.health.close();
      // Whoever waits for a decision learns that there will be none.
      context.approvals.close();
      context.nodes.close();
      rpc.close();
      rpc.server.setPhase("draining");
      await runAll([
        // Clients see the end of their runs before the goodbye, as far as the grace allows.
        () => core.isSet && core.value.agents.close({ graceMs }),
        () => rpc.server.close({ reason, ...(restartExpectedMs !== undefined && { restartExpectedMs }) }),
        () => core.isSet && core.value.authenticator.close(),
      ]);
    },
    release: async () => {
      if (core.isSet) await core.value.state.release();
    },
  };
}

/** Addresses to listen on that answer whoever finds our claim and asks on 127.0.0.1 whether we live. */
const ASKED: readonly string[] = ["127.0.0.1", "0.0.0.0"];

async function openCore(
  { options, loaded, address, instanceId, logger }: AssemblyOptions,
  policy: () => AuthPolicy,
  reload: ReloadEngine,
): Promise<Core> {
  const now = options.now ?? Date.now;
  const { port, hosts } = address();
  const isAskable = !options.server && hosts.some((host) => ASKED.includes(host));
  const state = await openStateFolder({
    loaded,
    port: options.server ? 0 : port,
    isAskable,
    instanceId,
    now,
    logger,
  });
  const agents = createAgents({
    store: state.store.agents,
    config: () => reload.inForce.config,
    get env() {
      return reload.inForce.env;
    },
    workspaceDir: () => workspaceOf(reload.inForce, loaded),
    logger: options.subsystem?.("agent") ?? logger,
    now,
    version: GATEWAY_VERSION,
    // Somebody sits in front of an installation and may wonder why it only repeats; a host program knows.
    ...(options.paths && { offlineHint: offlineHint(loaded.paths.configPath) }),
  });
  const authenticator = createAuthenticator({
    policy,
    devices: state.store.devices,
    tokenKey: state.tokenKey,
    now,
    ...(options.whois && { whois: options.whois }),
    logger: options.subsystem?.("gateway/auth") ?? logger,
  });
  return { state, agents, authenticator };
}

function workspaceOf({ config }: LoadedConfig, { paths }: Loaded): string {
  return config.agents?.defaults?.workspace ?? paths.workspaceDir;
}

function offlineHint(configPath: string): string {
  return `No model is configured: this is the built-in echo. Set models.providers and agents.defaults.model in ${configPath}.`;
}

function lateAuthenticator(core: Late<Core>): Authenticator {
  return {
    connect: (attempt) => core.value.authenticator.connect(attempt),
    http: (facts) => core.value.authenticator.http(facts),
    get devices() {
      return core.value.authenticator.devices;
    },
    close: () => core.value.authenticator.close(),
  };
}

interface ContextWiring {
  readonly rpc: () => WiredRpc;
  readonly settings: () => GatewaySettings;
  readonly restarts: RestartDesk;
  readonly reload: ReloadEngine;
}

function createContext(
  given: AssemblyOptions,
  core: Late<Core>,
  { rpc, settings, restarts, reload }: ContextWiring,
): GatewayContext {
  const { options, loaded, instanceId, logger } = given;
  const now = options.now ?? Date.now;
  const storePath = loaded.isDurable ? loaded.paths.storePath : ":memory:";
  const parts = createContextParts(core, () => rpc().server);
  const heartbeat = (agentId: string) => heartbeatOf(reload.inForce.config, agentId, parts.heartbeats.isOn);
  const self = selfPresence();
  const configStatus = () => configStatusOf(reload.status);
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
    now,
    logger: options.subsystem?.("config") ?? logger,
  });
  return {
    ...parts,
    configDesk,
    configStatus,
    restarts,
    get agents() {
      return core.value.agents;
    },
    workspaceDir: () => workspaceOf(reload.inForce, loaded),
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

function configStatusOf(status: ReloadStatus): ConfigStatus {
  const { pending, state, ...facts } = status;
  return { state, ...facts, valid: state !== "invalid" && state !== "missing", pendingRestart: pending };
}
