import { maySeeDevice } from "@openclaw/auth";
import { type LiveNode, type NodeNews, type NodeRequest, Nodes } from "@openclaw/nodes";
import type { GatewaySettings } from "@openclaw/config";
import type { NodePairingRequest } from "@openclaw/protocol";
import type { ConnectionView } from "@openclaw/rpc-server";
import type { Clients } from "./context.ts";
import type { Late } from "./late.ts";
import { given } from "./methods/given.ts";
import type { Logger } from "./options.ts";
import type { StateFolder } from "./state-folder.ts";

export interface NodeWiring {
  readonly core: Late<{ readonly state: StateFolder }>;
  readonly clients: Clients;
  readonly settings: () => GatewaySettings;
  readonly logger: Logger;
  readonly now: () => number;
}

/** Joins nodes with the sockets, the store and the settings. */
export function createGatewayNodes({ core, clients, settings, logger, now }: NodeWiring): Nodes {
  return new Nodes({
    store: () => core.value.state.store.nodes,
    policy: () => settings().nodes,
    tokenKey: () => core.value.state.tokenKey,
    pairedAt: async (nodeId) => (await core.value.state.store.devices.device(nodeId))?.createdAtMs,
    send: (connId, message) => clients.sendTo(connId, "node.invoke.request", message),
    onNews: (news) => announce(clients, news),
    logger,
    now,
  });
}

function announce(clients: Clients, { type, payload }: NodeNews): void {
  const only = ({ grant }: ConnectionView) => maySeeDevice(grant, payload.nodeId);
  if (type === "node.pair.requested") clients.broadcast(type, nodePairingRequest(payload), { only });
  else clients.broadcast(type, payload, { only });
}

/** A request as operators see it. */
export function nodePairingRequest({ origin: _, ...request }: NodeRequest): NodePairingRequest {
  return request;
}

/** A node is known by its device, which it always has; else by what it calls itself. */
export function nodeIdOf({ grant, client }: Pick<ConnectionView, "grant" | "client">): string {
  return grant.deviceId ?? client.id;
}

/** The node at the other end of a connection; undefined when there is none. */
export function nodeOf(connection: ConnectionView): LiveNode | undefined {
  const { client, caps, offer, peer, connId, connectedAt } = connection;
  if (offer === undefined) return undefined;
  const { displayName, platform, version, deviceFamily, modelIdentifier } = client;
  const { commands: declared, permissions, pathEnv } = offer;
  return {
    nodeId: nodeIdOf(connection),
    ...given({ displayName, platform, version, deviceFamily, modelIdentifier, permissions, pathEnv }),
    ...(!peer.isLocal && { remoteIp: peer.clientIp }),
    caps: [...caps],
    declared,
    connId,
    connectedAtMs: connectedAt,
  };
}
