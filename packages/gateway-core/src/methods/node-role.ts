import { invalidRequest, nodeEventTaken, type NodeReportTaken, parseNodeEvent } from "@openclaw/protocol";
import { type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { callerOf } from "../actor.ts";
import type { GatewayContext } from "../context.ts";
import { parseJson } from "../json-text.ts";
import { createNodeEvents } from "../node-events/node-events.ts";
import { nodeIdOf } from "../wire-nodes.ts";

/** What nodes call: answers to what they were asked, and what they tell by themselves. */
export function nodeRoleMethods(context: GatewayContext): MethodHandlers {
  const { nodes } = context;
  const tell = createNodeEvents(context);
  return defineMethods({
    "node.invoke.result": ({ params: { id, nodeId, ...result }, connection }) => {
      checkOwn(connection, nodeId);
      return taken(nodes.settle(nodeId, id, result));
    },

    "node.invoke.progress": ({ params: { invokeId, nodeId, seq, chunk }, connection }) => {
      checkOwn(connection, nodeId);
      return taken(nodes.progress(nodeId, invokeId, { seq, chunk }));
    },

    "node.event": async (call) => {
      const { event, payload, payloadJSON } = call.params;
      const told = parseNodeEvent(event, payloadJSON === undefined ? payload : parseJson(payloadJSON));
      const isHandled = told !== undefined && (await tell(told, callerOf(call)));
      return nodeEventTaken(call.connection.dialect, event, isHandled);
    },

    "node.pending.drain": async ({ params: { maxItems }, connection }) => {
      const nodeId = nodeIdOf(connection);
      const { revision, items, hasMore } = await nodes.work.drain(nodeId, maxItems);
      return { nodeId, revision, items, hasMore };
    },

    // An invoke of an absent node fails at once, so none ever waits for one.
    "node.pending.pull": ({ connection }) => ({ nodeId: nodeIdOf(connection), actions: [] }),

    "node.pending.ack": ({ connection }) => ({
      nodeId: nodeIdOf(connection),
      ackedIds: [],
      remainingCount: 0,
    }),
  });
}

function checkOwn(connection: ConnectionView, nodeId: string): void {
  if (nodeId !== nodeIdOf(connection)) throw invalidRequest("nodeId mismatch");
}

function taken(isAwaited: boolean): NodeReportTaken {
  return isAwaited ? { ok: true } : { ok: true, ignored: true };
}
