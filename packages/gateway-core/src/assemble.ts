import { type Agents, createAgents } from "@openclaw/agents";
import { type Authenticator, type AuthPolicy, createAuthenticator } from "@openclaw/auth";
import type { GatewayContext } from "./context.ts";
import { Late } from "./late.ts";
import type { Loaded } from "./load.ts";
import type { CloseOptions, GatewayOptions, Logger } from "./options.ts";
import { authPolicy } from "./policy.ts";
import { openStateFolder, type StateFolder } from "./state-folder.ts";
import { createHealth } from "./state/health.ts";
import { heartbeatOf } from "./state/heartbeat.ts";
import { createPresenceBoard } from "./state/presence-board.ts";
import { selfPresence } from "./state/self.ts";
import { GATEWAY_VERSION } from "./version.ts";
import { type Phase, wireHttp, type WiredHttp } from "./wire-http.ts";
import { wireRpc, type WiredRpc } from "./wire-rpc.ts";

export interface AssemblyOptions {
  readonly options: GatewayOptions;
  readonly loaded: Loaded;
  /** Where we listen, once we do. */
  readonly address: () => { readonly port: number; readonly hosts: readonly string[] };
  readonly instanceId: string;
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
  const policy = () => authPolicy(loaded.settings, given.address());
  const settings = () => loaded.settings;

  const context = createContext(given, core, () => rpc);
  const authenticator = lateAuthenticator(core);
  const rpc = wireRpc({
    context,
    authenticator,
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
    uptimeMs: () => now() - startedAt,
    logger: subsystem("gateway/http"),
    now,
  });

  return {
    rpc,
    http,
    open: async () => {
      core.set(await openCore(given, policy));
      const { agents } = core.value;
      await agents.start();
      agents.onEvent((event) => {
        rpc.announceRun(event);
        if (event.type === "chat" && event.state !== "delta") context.health.touch();
      });
      await context.health.get();
      const { provider, model } = agents.defaultModel();
      logger.info(`agent model: ${provider}/${model}`);
      rpc.server.setPhase("ready");
    },
    close: async ({ graceMs = 0, reason = "gateway stopping", restartExpectedMs }) => {
      context.health.close();
      rpc.server.setPhase("draining");
      // Clients see the end of their runs before the goodbye, as far as the grace allows.
      if (core.isSet) await core.value.agents.close({ graceMs });
      await rpc.server.close({ reason, ...(restartExpectedMs !== undefined && { restartExpectedMs }) });
      if (core.isSet) core.value.authenticator.close();
    },
    release: async () => {
      if (core.isSet) await core.value.state.release();
    },
  };
}

async function openCore(
  { options, loaded, address, instanceId, logger }: AssemblyOptions,
  policy: () => AuthPolicy,
): Promise<Core> {
  const now = options.now ?? Date.now;
  const port = options.server ? 0 : address().port;
  const state = await openStateFolder({ loaded, port, instanceId, now: now(), logger });
  const agents = createAgents({
    store: state.store.agents,
    config: () => loaded.config.config,
    env: loaded.config.env,
    workspaceDir: () => loaded.config.config.agents?.defaults?.workspace ?? loaded.paths.workspaceDir,
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
    logger: options.subsystem?.("gateway/auth") ?? logger,
  });
  return { state, agents, authenticator };
}

function offlineHint(configPath: string): string {
  return `No model is configured: this is the built-in echo. Set models.providers and agents.defaults.model in ${configPath}.`;
}

function lateAuthenticator(core: Late<Core>): Authenticator {
  return {
    connect: (attempt) => core.value.authenticator.connect(attempt),
    http: (facts) => core.value.authenticator.http(facts),
    close: () => core.value.authenticator.close(),
  };
}

function createContext(
  { options, loaded, logger }: AssemblyOptions,
  core: Late<Core>,
  rpc: () => WiredRpc,
): GatewayContext {
  const now = options.now ?? Date.now;
  const storePath = loaded.isDurable ? loaded.paths.storePath : ":memory:";
  const heartbeat = (agentId: string) => heartbeatOf(loaded.config.config, agentId);
  const self = selfPresence();
  const { valid, hash, issues } = loaded.config;
  const health = createHealth({
    agents: {
      sessionsSummary: (o) => core.value.agents.sessionsSummary(o),
      agentsList: () => core.value.agents.agentsList(),
    },
    heartbeat,
    storePath,
    configStatus: () => ({ valid, hash, issues: issues.length, pendingRestart: [] }),
    now,
    onRefresh: () => rpc().announceHealth(),
    onError: (error) => logger.error("health refresh failed", { error }),
  });
  return {
    get agents() {
      return core.value.agents;
    },
    presence: createPresenceBoard(() => self, now),
    health,
    config: () => loaded.config,
    paths: loaded.paths,
    storePath,
    heartbeat,
    announcePresence: () => rpc().announcePresence(),
    logFile: options.logFile ?? (() => undefined),
    logger,
    now,
  };
}
