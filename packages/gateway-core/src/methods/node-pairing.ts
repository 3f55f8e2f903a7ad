import { authorize, isBoundToDevice, maySeeDevice, principalKey } from "@openclaw/auth";
import type { ApprovedNode, NodeRequest } from "@openclaw/nodes";
import { invalidRequest, type PairedNodeView, scopeFailure } from "@openclaw/protocol";
import { type Caller, type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { auditCaller, type AuditNote } from "../audit/audit-log.ts";
import type { GatewayContext } from "../context.ts";
import { nodePairingRequest } from "../wire-nodes.ts";
import { given } from "./given.ts";
import { nodeAnswer } from "./node-errors.ts";

/** What operators let nodes be asked for. */
export function nodePairingMethods(context: GatewayContext): MethodHandlers {
  const { approvals } = context.nodes;
  const note = (kind: AuditNote["kind"], caller: Caller, target: string) =>
    context.audit.note({ kind, ...auditCaller(caller), outcome: "ok", target, detail: "node" });
  return defineMethods({
    "node.pair.request": ({ params: { nodeId, ...rest }, connection }) =>
      nodeAnswer(async () => {
        checkSeen(connection, nodeId, "node pairing request denied");
        const { request, created } = await approvals.request({ ...given(rest), nodeId });
        return { status: "pending", request: nodePairingRequest(request), created };
      }),

    "node.pair.list": async ({ connection: { grant } }) => {
      const { pending, paired } = await approvals.list();
      const isSeen = ({ nodeId }: { readonly nodeId: string }) => maySeeDevice(grant, nodeId);
      return {
        pending: pending.filter(isSeen).map(nodePairingRequest),
        paired: paired.filter(isSeen).map(viewOf),
      };
    },

    "node.pair.approve": ({ params: { requestId }, ...call }) =>
      nodeAnswer(async () => {
        const permit = (request: NodeRequest) => checkApproval(call.connection, request);
        const { node, token } = await approvals.approve(requestId, { ...whoIs(call), permit });
        note("pair.approved", call, node.nodeId);
        return { requestId, node: { ...viewOf(node), ...(token !== undefined && { token }) } };
      }),

    "node.pair.reject": ({ params: { requestId }, ...call }) =>
      nodeAnswer(async () => {
        const permit = ({ nodeId }: NodeRequest) => checkSeen(call.connection, nodeId, "unknown requestId");
        const { nodeId } = await approvals.reject(requestId, { ...whoIs(call), permit });
        note("pair.rejected", call, nodeId);
        return { requestId, nodeId };
      }),

    "node.pair.remove": ({ params: { nodeId }, ...call }) =>
      nodeAnswer(async () => {
        checkSeen(call.connection, nodeId, "node pairing removal denied");
        await approvals.remove(nodeId, whoIs(call));
        context.dropNode(nodeId);
        note("pair.removed", call, nodeId);
        return { nodeId };
      }),

    "node.pair.verify": async ({ params: { nodeId, token } }) => {
      const node = await approvals.verify(nodeId, token);
      return node === undefined ? { ok: false } : { ok: true, node: viewOf(node) };
    },
  });
}

/** Who came by the token of a device sees and touches what concerns that one only (T-PAIR-04). */
function checkSeen({ grant }: ConnectionView, nodeId: string, words: string): void {
  if (!maySeeDevice(grant, nodeId)) throw invalidRequest(words);
}

/**
 * An approval lets every holder of `operator.write` ask the node for its commands: nobody gives that away who does not
 * hold it (T-PAIR-02), and no device approves itself.
 */
function checkApproval(connection: ConnectionView, { nodeId, commands = [] }: NodeRequest): void {
  const { grant, dialect } = connection;
  checkSeen(connection, nodeId, "unknown requestId");
  if (isBoundToDevice(grant)) throw invalidRequest("node pairing approval denied");
  if (commands.length > 0 && !authorize(grant, "operator.write").ok)
    throw scopeFailure(dialect, "operator.write");
}

function whoIs({ connection, traceparent }: Caller): { readonly by: string; readonly traceparent?: string } {
  return { by: principalKey(connection.grant.principal), ...given({ traceparent }) };
}

function viewOf({ tokenGeneration: _1, pairedAtMs: _2, ...node }: ApprovedNode): PairedNodeView {
  return node;
}
