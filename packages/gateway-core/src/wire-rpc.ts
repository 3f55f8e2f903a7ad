import type { RunEvent } from "@openclaw/agents";
import type { Authenticator, AuthPolicy } from "@openclaw/auth";
import type { GatewaySettings } from "@openclaw/config";
import { type EventName, healthOnConnect, type HelloSnapshot, scopeCovers } from "@openclaw/protocol";
import { type ConnectionView, createRpcServer, defineMethods, type RpcServer } from "@openclaw/rpc-server";
import type { GatewayContext } from "./context.ts";
import { listMethods } from "./methods/lists.ts";
import { runMethods } from "./methods/runs.ts";
import { statusMethods } from "./methods/status.ts";
import type { Logger } from "./options.ts";
import { createRunAudience, type RunAudience } from "./run-audience.ts";
import { agentEventPayload, chatEventPayload } from "./run-events.ts";
import { healthFor } from "./state/health.ts";
import type { PresenceChange } from "./state/presence.ts";
import { GATEWAY_VERSION } from "./version.ts";

/** Events this gateway can emit, in the order clients know. */
const EVENTS: readonly EventName[] = [
  "connect.challenge",
  "agent",
  "chat",
  "presence",
  "tick",
  "shutdown",
  "health",
  "device.pair.requested",
  "device.pair.resolved",
];

export interface RpcWiring {
  readonly context: GatewayContext;
  readonly authenticator: Authenticator;
  readonly policy: () => AuthPolicy;
  readonly settings: () => GatewaySettings;
  /** New for every start. */
  readonly bootId: string;
  readonly startedAt: number;
  readonly logger: Logger;
}

/** The WebSocket half with everything it tells clients by itself. */
export interface WiredRpc {
  readonly server: RpcServer;
  /** Sends the current health to everybody, each as much as it may see. */
  announceHealth(): void;
  announcePresence(): void;
  /** Passes a step of a run on to clients. */
  announceRun(event: RunEvent): void;
}

/** Joins the WebSocket server with the parts of the gateway. */
export function wireRpc(wiring: RpcWiring): WiredRpc {
  const { context } = wiring;
  const audience = createRunAudience();
  const stateVersion = () => ({ presence: context.presence.version, health: context.health.version });

  const announcePresence = () => {
    server.broadcast("presence", { presence: context.presence.list() }, { stateVersion: stateVersion() });
  };
  const announceHealth = (only: (connection: ConnectionView) => boolean = () => true) => {
    const health = context.health.current;
    if (health === undefined) return;
    // Two payloads for everybody, instead of one for each.
    const isReader = ({ grant }: ConnectionView) => scopeCovers(grant.scopes, "operator.read");
    const options = { stateVersion: stateVersion() };
    server.broadcast("health", health, {
      ...options,
      only: (connection) => isReader(connection) && only(connection),
    });
    server.broadcast("health", healthFor(health, []), {
      ...options,
      only: (connection) => !isReader(connection) && only(connection),
    });
  };

  const { limits } = wiring.settings();
  const server = createRpcServer({
    authenticator: wiring.authenticator,
    policy: wiring.policy,
    methods: defineMethods({
      ...statusMethods(context),
      ...runMethods(context, audience),
      ...listMethods(context),
    }),
    events: EVENTS,
    limits,
    logger: wiring.logger,
    now: context.now,
    hello: (connection) => ({
      server: { version: GATEWAY_VERSION, bootId: wiring.bootId },
      snapshot: helloSnapshot(wiring, connection),
    }),
    onConnect: (connection) => {
      if (connection.client.mode !== "cli")
        context.presence.update(presenceKey(connection), presenceOf(connection, "connect"));
    },
    onReady: ({ connId, dialect }) => {
      if (healthOnConnect(dialect)) announceHealth((connection) => connection.connId === connId);
    },
    onDisconnect: (connection) => {
      if (connection.client.mode === "cli") return;
      context.presence.update(presenceKey(connection), presenceOf(connection, "disconnect"));
      announcePresence();
    },
  });
  return {
    server,
    announceHealth: () => announceHealth(),
    announcePresence,
    announceRun: (event) => announceRun(server, audience, event),
  };
}

function announceRun(server: RpcServer, audience: RunAudience, event: RunEvent): void {
  if (event.type === "chat") server.broadcast("chat", (dialect) => chatEventPayload(event, dialect));
  else if (event.type === "tool") tellTool(server, audience, event);
  else server.broadcast("agent", (dialect) => agentEventPayload(event, dialect));
  audience.settle(event);
}

function tellTool(
  server: RpcServer,
  audience: RunAudience,
  event: Extract<RunEvent, { type: "tool" }>,
): void {
  for (const connId of audience.of(event)) {
    const dialect = server.connections.get(connId)?.dialect;
    if (dialect !== undefined) server.sendTo(connId, "agent", agentEventPayload(event, dialect));
  }
}

function helloSnapshot(
  { context, settings, startedAt }: RpcWiring,
  connection: ConnectionView,
): HelloSnapshot {
  const { scopes } = connection.grant;
  const { defaultId, mainKey, scope } = context.agents.agentsList();
  const health = context.health.current;
  return {
    // Whoever may not hear who comes and goes is not told who is here either.
    presence: scopeCovers(scopes, "operator.read") ? context.presence.list() : [],
    health: health === undefined ? {} : healthFor(health, scopes),
    stateVersion: { presence: context.presence.version, health: context.health.version },
    uptimeMs: context.now() - startedAt,
    suspension: { phase: "accepting" },
    sessionDefaults: {
      defaultAgentId: defaultId,
      mainKey,
      mainSessionKey: context.agents.resolveSessionKey(undefined),
      scope,
    },
    // Where things lie on the host is nobody's business but the administrator's.
    ...(scopeCovers(scopes, "operator.admin") && {
      configPath: context.paths.configPath,
      stateDir: context.paths.stateDir,
      authMode: settings().auth.mode,
    }),
  };
}

function presenceKey({ grant, client, connId }: ConnectionView): string {
  return grant.deviceId ?? client.instanceId ?? connId;
}

function presenceOf(connection: ConnectionView, reason: "connect" | "disconnect"): PresenceChange {
  const { client, grant, peer } = connection;
  const host = client.displayName ?? client.id;
  const instanceId = grant.deviceId ?? client.instanceId;
  return {
    host,
    ...(!peer.isLocal && { ip: peer.clientIp }),
    version: client.version,
    platform: client.platform,
    ...(client.deviceFamily !== undefined && { deviceFamily: client.deviceFamily }),
    ...(client.modelIdentifier !== undefined && { modelIdentifier: client.modelIdentifier }),
    mode: client.mode,
    ...(grant.deviceId !== undefined && { deviceId: grant.deviceId }),
    roles: [grant.role],
    ...(grant.scopes.length > 0 && { scopes: [...grant.scopes] }),
    ...(instanceId !== undefined && { instanceId }),
    reason,
    text: `Node: ${host} · mode ${client.mode}`,
  };
}
