import type { PairedDevice } from "@openclaw/auth";
import type { LiveNode } from "@openclaw/nodes";
import { invalidRequest, nodeView, type NodeView } from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { parseJson } from "../json-text.ts";
import { RUN_COMMAND } from "../run-permit.ts";
import { given } from "./given.ts";
import { nodeAnswer } from "./node-errors.ts";

/** The nodes there are, and asking them for something. */
export function nodeMethods(context: GatewayContext): MethodHandlers {
  const { nodes } = context;
  return defineMethods({
    "node.list": async ({ connection: { dialect } }) => {
      const known = await listNodes(context);
      return { ts: context.now(), nodes: known.map((node) => nodeView(dialect, node)) };
    },

    "node.describe": async ({ params: { nodeId }, connection: { dialect } }) => {
      const node = await findNode(context, nodeId);
      if (node === undefined) throw invalidRequest("unknown nodeId");
      return { ts: context.now(), ...nodeView(dialect, node) };
    },

    "node.rename": ({ params: { nodeId, ...params } }) =>
      nodeAnswer(async () => {
        const displayName = params.displayName.trim();
        if (displayName === "") throw invalidRequest("displayName required");
        const isKnown = (await findNode(context, nodeId)) !== undefined;
        await nodes.approvals.rename(nodeId, displayName, isKnown);
        return { nodeId, displayName };
      }),

    "node.invoke": ({ params: order, connection, signal }) =>
      nodeAnswer(async () => {
        const { nodeId, command, timeoutMs, idempotencyKey } = order;
        const params =
          command === RUN_COMMAND
            ? await context.runPermit({ nodeId, params: order.params, connection })
            : order.params;
        const { connId } = connection;
        const { payload, payloadJSON } = await nodes.invoke({
          ...{ nodeId, command, params, timeoutMs, idempotencyKey, signal },
          onProgress: (progress) =>
            context.clients.sendTo(connId, "node.invoke.progress", {
              ...{ nodeId, command, idempotencyKey },
              ...progress,
            }),
        });
        return { ok: true, nodeId, command, ...answerOf(payload, payloadJSON) };
      }),

    "node.pending.enqueue": async ({ params: { nodeId, type, priority = "normal", expiresInMs } }) => {
      if ((await findNode(context, nodeId)) === undefined) throw invalidRequest("unknown nodeId");
      const { revision, item } = await nodes.work.enqueue({ nodeId, type, priority, expiresInMs });
      return { nodeId, revision, queued: item, wakeTriggered: false };
    },
  });
}

/** Text wins over a value; text that is no JSON is passed on as it is. */
function answerOf(payload: unknown, payloadJSON: string | null | undefined) {
  if (payloadJSON === undefined || payloadJSON === null)
    return { ...(payload !== undefined && { payload }), payloadJSON: null };
  const parsed = parseJson(payloadJSON);
  return { ...(parsed !== undefined && { payload: parsed }), payloadJSON };
}

async function findNode(context: GatewayContext, nodeId: string): Promise<NodeView | undefined> {
  return (await listNodes(context)).find((known) => known.nodeId === nodeId);
}

/** Connected ones first, then by name. */
async function listNodes(context: GatewayContext): Promise<readonly NodeView[]> {
  const paired = (await context.pairedDevices()).filter(({ roles }) => roles.includes("node"));
  const known = new Map(paired.map((device) => [device.deviceId, pairedNode(device)]));
  for (const live of context.nodes.connected) {
    const node = await connectedNode(context, live);
    known.set(live.nodeId, { ...known.get(live.nodeId), ...node, paired: known.has(live.nodeId) });
  }
  const named = [...known.values()].map(async (node) => {
    const name = await context.nodes.nameOf(node.nodeId);
    return { ...node, ...given({ displayName: name ?? node.displayName }) };
  });
  return (await Promise.all(named)).sort(
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

async function connectedNode({ nodes }: GatewayContext, live: LiveNode): Promise<NodeView> {
  const { connId: _, declared: _declared, caps, ...shown } = live;
  const { commands, isApproved, requestId } = await nodes.standing(live);
  return {
    ...shown,
    caps: [...caps].sort(),
    commands,
    ...{ paired: false, connected: true },
    approvalState: isApproved ? "approved" : "pending-approval",
    ...(requestId !== undefined && { pendingRequestId: requestId }),
  };
}

const nameOf = ({ displayName, nodeId }: NodeView): string => (displayName ?? nodeId).toLowerCase();

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
