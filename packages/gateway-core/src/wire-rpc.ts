import { ATTACHMENT_BYTES, type RunEvent, type SessionEvent } from "@openclaw/agents";
import type { AuthEffect, Authenticator, AuthPolicy } from "@openclaw/auth";
import type { GatewaySettings } from "@openclaw/config";
import {
  CLOSE,
  type EventName,
  healthOnConnect,
  healthPayload,
  type HelloSnapshot,
  scopeCovers,
} from "@openclaw/protocol";
import {
  type ConnectionView,
  createRpcServer,
  type RpcServer,
  type RpcServerOptions,
  type TrafficListener,
} from "@openclaw/rpc-server";
import { createRunAnnouncer } from "./announce-runs.ts";
import type { GatewayContext } from "./context.ts";
import { allMethods } from "./methods/all.ts";
import { operatorScopes } from "./operator-scopes.ts";
import type { Logger } from "./options.ts";
import { createRunAudience } from "./run-audience.ts";
import { announceSession } from "./session-events.ts";
import { coalesce } from "./state/coalesce.ts";
import { healthFor } from "./state/health.ts";
import type { PresenceChange } from "./state/presence.ts";
import { GATEWAY_VERSION } from "./version.ts";
import { nodeIdOf, nodeOf } from "./wire-nodes.ts";

/** Events this gateway can emit, in the order clients know. */
const EVENTS: readonly EventName[] = [
  "connect.challenge",
  "agent",
  "chat",
  "sessions.changed",
  "session.message",
  "presence",
  "tick",
  "talk.mode",
  "shutdown",
  "health",
  "node.pair.requested",
  "node.pair.resolved",
  "node.invoke.request",
  "node.invoke.progress",
  "device.pair.requested",
  "device.pair.resolved",
  "voicewake.changed",
  "exec.approval.requested",
  "exec.approval.resolved",
];

/** Scopes that show more of health than others, the one that shows most first. */
const HEALTH_RANKS = ["operator.admin", "operator.read"] as const;

/** Distance of presence lists while many clients leave, in ms: at least, and for each client that has to hear them. */
const PRESENCE_INTERVAL_MS = 250;
const PRESENCE_INTERVAL_MS_PER_CLIENT = 2;

export interface RpcWiring {
  readonly context: GatewayContext;
  readonly authenticator: Authenticator;
  readonly charge: NonNullable<RpcServerOptions["charge"]>;
  readonly onDenied: NonNullable<RpcServerOptions["onDenied"]>;
  readonly policy: () => AuthPolicy;
  readonly settings: () => GatewaySettings;
  /** New for every start. */
  readonly bootId: string;
  readonly startedAt: number;
  readonly logger: Logger;
  readonly traffic: TrafficListener;
}

/** The WebSocket half with everything it tells clients by itself. */
export interface WiredRpc {
  readonly server: RpcServer;
  /** Sends the current health to everybody, each as much as it may see. */
  announceHealth(): void;
  announcePresence(): void;
  /** Stops the clocks; the server is closed by itself. */
  close(): void;
  /** Sends what happened to a device, and ends the connections that lost their admission by it. */
  settleDevices(effects: readonly AuthEffect[]): void;
  /** Ends the connections of a node, so that it comes back and asks again. */
  dropNode(nodeId: string): void;
  /** Whether a connection of this device is open. */
  isConnected(deviceId: string): boolean;
  /** Passes a step of a run on to clients. */
  announceRun(event: RunEvent): void;
  /** Passes on what happened to a session. */
  announceSession(event: SessionEvent): void;
}

/** Joins the WebSocket server with the parts of the gateway. */
export function wireRpc(wiring: RpcWiring): WiredRpc {
  const { context } = wiring;
  const audience = createRunAudience();
  const stateVersion = () => ({ presence: context.presence.version, health: context.health.version });

  const announcePresence = () => {
    server.broadcast("presence", { presence: context.presence.list() }, { stateVersion: stateVersion() });
  };
  const departures = coalesce(
    () => Math.max(PRESENCE_INTERVAL_MS, server.connections.size * PRESENCE_INTERVAL_MS_PER_CLIENT),
    announcePresence,
  );
  const announceHealth = (only: (connection: ConnectionView) => boolean = () => true) => {
    const health = context.health.current;
    if (health === undefined) return;
    // Three payloads for everybody, instead of one for each.
    const rankOf = ({ grant }: ConnectionView) =>
      HEALTH_RANKS.find((scope) => scopeCovers(operatorScopes(grant), scope));
    for (const rank of [...HEALTH_RANKS, undefined]) {
      const seen = healthFor(health, rank === undefined ? [] : [rank]);
      server.broadcast("health", (dialect) => healthPayload(dialect, seen), {
        stateVersion: stateVersion(),
        only: (connection) => rankOf(connection) === rank && only(connection),
      });
    }
  };

  const { limits } = wiring.settings();
  const server = createRpcServer({
    authenticator: wiring.authenticator,
    charge: wiring.charge,
    onDenied: wiring.onDenied,
    policy: wiring.policy,
    methods: allMethods(context, audience),
    events: EVENTS,
    limits,
    logger: wiring.logger,
    traffic: wiring.traffic,
    now: context.now,
    hello: (connection) => ({
      server: { version: GATEWAY_VERSION, bootId: wiring.bootId },
      snapshot: helloSnapshot(wiring, connection),
      attachments: { maxBytes: ATTACHMENT_BYTES, maxImageBytes: ATTACHMENT_BYTES },
    }),
    onConnect: (connection) => {
      context.subscriptions.open(connection);
      if (connection.client.mode !== "cli")
        context.presence.update(presenceKey(connection), presenceOf(connection, "connect"));
    },
    onReady: (connected) => {
      const { connId, dialect } = connected;
      const node = nodeOf(connected);
      if (node !== undefined) {
        server.sendTo(connId, "voicewake.changed", { triggers: context.voiceWake.triggers });
        context.nodes.arrive(node);
      }
      if (healthOnConnect(dialect)) announceHealth((connection) => connection.connId === connId);
    },
    onDisconnect: (connection) => {
      context.subscriptions.close(connection.connId);
      if (connection.grant.role === "node") context.nodes.leave(nodeIdOf(connection), connection.connId);
      if (connection.client.mode === "cli") return;
      context.presence.update(presenceKey(connection), presenceOf(connection, "disconnect"));
      departures.soon();
    },
  });
  return {
    server,
    announceHealth: () => announceHealth(),
    close: () => departures.close(),
    announcePresence,
    settleDevices: (effects) => {
      server.announce(effects);
      server.recheck();
    },
    dropNode: (nodeId) => {
      const { code, reason } = CLOSE.nodeRemoved;
      for (const connection of server.connections.values())
        if (connection.grant.role === "node" && nodeIdOf(connection) === nodeId)
          server.closeConnection(connection.connId, code, reason);
    },
    isConnected: (deviceId) =>
      [...server.connections.values()].some(({ grant }) => grant.deviceId === deviceId),
    announceRun: createRunAnnouncer(() => server, audience, context.subscriptions),
    announceSession: (event) => announceSession(server, context.subscriptions, event),
  };
}

function helloSnapshot(
  { context, settings, startedAt }: RpcWiring,
  connection: ConnectionView,
): HelloSnapshot {
  const scopes = operatorScopes(connection.grant);
  const { defaultId, mainKey, scope } = context.agents.agentsList();
  const health = context.health.current;
  return {
    // Whoever may not hear who comes and goes is not told who is here either.
    presence: scopeCovers(scopes, "operator.read") ? context.presence.list() : [],
    health: health === undefined ? {} : healthPayload(connection.dialect, healthFor(health, scopes)),
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
