import type { PairedDevice } from "@openclaw/auth";
import { invalidRequest, type NodeView } from "@openclaw/protocol";
import { type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";

/** The nodes there are: paired devices of that role, and who is connected as one. */
export function nodeMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    "node.list": async () => ({ ts: context.now(), nodes: await nodes(context) }),

    "node.describe": async ({ params: { nodeId } }) => {
      const node = (await nodes(context)).find((known) => known.nodeId === nodeId);
      if (node === undefined) throw invalidRequest("unknown nodeId");
      return { ts: context.now(), ...node };
    },
  });
}

/** Connected ones first, then by name. */
async function nodes(context: GatewayContext): Promise<readonly NodeView[]> {
  const paired = (await context.pairedDevices()).filter(({ roles }) => roles.includes("node"));
  const known = new Map(paired.map((device) => [device.deviceId, pairedNode(device)]));
  for (const connection of context.clients.connections.values()) {
    if (connection.grant.role !== "node") continue;
    const node = connectedNode(connection);
    known.set(node.nodeId, { ...known.get(node.nodeId), ...node, paired: known.has(node.nodeId) });
  }
  return [...known.values()].sort(
    (a, b) => Number(b.connected) - Number(a.connected) || compare(nameOf(a), nameOf(b)),
  );
}

function pairedNode({ deviceId, displayName, platform, deviceFamily, remoteIp }: PairedDevice): NodeView {
  return {
    nodeId: deviceId,
    ...given({ displayName, platform, deviceFamily, remoteIp }),
    ...{ caps: [], commands: [], paired: true, connected: false },
  };
}

function connectedNode({ grant, client, caps, peer, connectedAt }: ConnectionView): NodeView {
  const { displayName, platform, version, deviceFamily, modelIdentifier } = client;
  return {
    nodeId: grant.deviceId ?? client.id,
    ...given({ displayName, platform, version, deviceFamily, modelIdentifier }),
    ...(!peer.isLocal && { remoteIp: peer.clientIp }),
    caps: [...caps].sort(),
    // Commands are what operators may ask for, and this build passes none on.
    commands: [],
    connectedAtMs: connectedAt,
    ...{ paired: false, connected: true },
  };
}

const nameOf = ({ displayName, nodeId }: NodeView): string => (displayName ?? nodeId).toLowerCase();

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
