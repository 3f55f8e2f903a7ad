import { principalKey, resolvePeer } from "@openclaw/auth";
import { auditCaller, createAuditLog } from "./audit/audit-log.ts";
import { auditedAuthenticator } from "./audit/audited-authenticator.ts";
import { foldRefusals } from "./audit/fold-refusals.ts";
import { chargeWrites } from "./config/charge-writes.ts";
import { createInstanceClaims } from "./claims/instance-claims.ts";
import { claimantOf, type Core, lateAuthenticator, openCore } from "./core.ts";
import { createContext } from "./create-context.ts";
import { createHooks } from "./hooks/hooks.ts";
import { Late } from "./late.ts";
import type { Loaded } from "./load.ts";
import type { GatewayMemory } from "./memory.ts";
import type { CloseOptions, GatewayOptions, Logger } from "./options.ts";
import { type ListenAddress, livePolicy } from "./policy.ts";
import { createAdmission } from "./reload/admission.ts";
import { createForceKeeper } from "./reload/keep-in-force.ts";
import { createSafeMode } from "./reload/safe-mode.ts";
import { wireReload } from "./reload/wire-reload.ts";
import { createRestartDesk } from "./restart/restart-desk.ts";
import { runAll } from "./run-all.ts";
import { createProxyLooks } from "./state/proxy-looks.ts";
import { GATEWAY_VERSION } from "./version.ts";
import { type Phase, wireHttp, type WiredHttp } from "./wire-http.ts";
import { createTrafficLog } from "./traffic/traffic-log.ts";
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

/** Builds the parts around each other; nothing is opened before `open()`. */
export function assemble(given: AssemblyOptions): Assembly {
  const { options, loaded, instanceId, logger } = given;
  const now = options.now ?? Date.now;
  const startedAt = now();
  const core = new Late<Core>();
  const subsystem = options.subsystem ?? (() => logger);
  const audit = createAuditLog({
    store: () => (core.isSet ? core.value.state.store.audit : undefined),
    now,
    logger,
  });
  const denied = foldRefusals((note) => audit.note(note), now);
  const admission = createAdmission({
    options,
    loaded,
    onRotation: (changes) => {
      for (const change of changes) audit.note({ ...ITSELF, ...change });
    },
    onChange: () => {
      rpc.server.recheck();
      context.nodes.reconsider();
    },
  });
  const settings = () => admission.current;
  const policy = livePolicy(settings, given.address);

  const restarts = createRestarts(given, () => (core.isSet ? core.value.agents.activeRuns : 0));
  const restartDesk = createRestartDesk({ restarts, stateDir: loaded.paths.stateDir, now, logger });
  const safeMode = createSafeMode(options.prepared?.isLastGood === true);
  const hooks = createHooks(loaded.config);
  const claims = createInstanceClaims({
    loaded,
    claimant: () => claimantOf(given),
    isInstalled: options.paths !== undefined,
    logger,
  });
  const reload = wireReload({
    options,
    loaded,
    parts: [admission.part, hooks.part, claims.part],
    restarts: restartDesk,
    audit,
    onStatus: () => {
      safeMode.look(reload.status);
      inForce.look(reload);
      if (core.isSet) core.value.agents.configChanged();
      context.health.touch();
    },
    logger: subsystem("reload"),
  });
  const inForce = createForceKeeper({ paths: loaded.paths, logger: subsystem("config") });
  const proxyLooks = createProxyLooks({ policy, now });
  const context = createContext(given, core, {
    rpc: () => rpc,
    settings,
    restarts: restartDesk,
    reload,
    hooks,
    safeMode,
    proxyLooks,
    audit,
  });
  const authenticator = auditedAuthenticator({
    authenticator: lateAuthenticator(core),
    audit,
    peerOf: (facts) => resolvePeer(facts, policy()),
    now,
  });
  const rpc = wireRpc({
    context,
    authenticator,
    charge: chargeWrites({
      budget: given.memory.writeBudget,
      limits: () => settings().writeBudget,
      now,
      logger: subsystem("config"),
    }),
    onDenied: ({ caller, method, missing }) => {
      const who = { ...auditCaller(caller), isLocked: false };
      denied({ ...who, target: method, detail: `missing scope: ${missing}` });
    },
    policy,
    settings,
    bootId: instanceId,
    startedAt,
    logger: subsystem("gateway/ws"),
    traffic: createTrafficLog({ style: options.trafficLog ?? "slow", logger: subsystem("gateway/ws"), now }),
  });
  const http = wireHttp({
    authenticator,
    agents: {
      startRun: (request) => core.value.agents.startRun(request),
      agentsList: () => core.value.agents.agentsList(),
    },
    hooks: {
      settings: () => hooks.current,
      wake: (note) => core.value.agents.systemEvents.enqueue(note),
    },
    policy,
    settings,
    onRequest: (facts) => proxyLooks.notice(facts),
    onDenied: ({ grant, facts, missing }) => {
      const who = { actor: principalKey(grant.principal), address: resolvePeer(facts, policy()).clientIp };
      denied({ ...who, isLocked: false, target: "http", detail: `missing scope: ${missing}` });
    },
    instanceId,
    ...(loaded.paths.profile !== undefined && { profile: loaded.paths.profile }),
    phase: given.phase,
    configState: () => reload.status.state,
    isSafeMode: () => safeMode.isOn,
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
      core.set(await openCore(given, { policy, reload, claims }));
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
      for (const target of options.stoppedProcesses ?? [])
        audit.note({ kind: "force.killed", ...ITSELF, target });
      audit.note({ kind: "gateway.started", ...ITSELF, detail: GATEWAY_VERSION });
      logger.info(`agent model: ${provider}/${model}`);
      rpc.server.setPhase("ready");
      // A configuration that is a value of the program has no file.
      if (options.config !== undefined) return;
      inForce.look(reload);
      await inForce.settled();
      await reload.watch();
    },
    close: async ({ graceMs = 0, reason = "gateway stopping", restartExpectedMs, restartSignal }) => {
      if (restartSignal !== undefined)
        audit.note({ kind: "restart.requested", ...SIGNALLED, target: restartSignal });
      audit.note({ kind: "gateway.stopped", ...ITSELF, detail: reason });
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

const SIGNALLED = { actor: "signal", address: "", outcome: "ok" } as const;
const ITSELF = { actor: "gateway", address: "", outcome: "ok" } as const;
