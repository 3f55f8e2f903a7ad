import { randomUUID } from "node:crypto";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { actorOf } from "../actor.ts";
import type { GatewayContext } from "../context.ts";
import { parseJson } from "../json-text.ts";
import { given } from "./given.ts";
import { nodeAnswer } from "./node-errors.ts";

/** What agents may run without asking, here and on nodes. Docs: protocol.md#exec-policies */
export function approvalPolicyMethods({ approvalPolicies, nodes, logger }: GatewayContext): MethodHandlers {
  /** Asks a node in the gateway's own name, which nobody else may do (T-AZ-13). */
  const askNode = (order: { nodeId: string; command: string; params: object; signal: AbortSignal }) =>
    nodeAnswer(async () => {
      const { payload, payloadJSON } = await nodes.invoke({
        ...order,
        idempotencyKey: randomUUID(),
        byGateway: true,
      });
      return typeof payloadJSON === "string" ? parseJson(payloadJSON) : payload;
    });

  return defineMethods({
    "exec.approvals.get": () => approvalPolicies.read(),

    "exec.approvals.set": ({ params: { file, baseHash }, ...call }) =>
      approvalPolicies.write({ file, baseHash, actor: actorOf(call) }),

    "exec.approvals.node.get": ({ params: { nodeId }, signal }) =>
      askNode({ nodeId, command: "system.execApprovals.get", params: {}, signal }),

    "exec.approvals.node.set": async ({ params: { nodeId, file, baseHash }, ...call }) => {
      const params = { file, ...given({ baseHash }) };
      const answer = await askNode({
        nodeId,
        command: "system.execApprovals.set",
        params,
        signal: call.signal,
      });
      logger.info(`exec approvals of a node written nodeId=${JSON.stringify(nodeId)} ${actorOf(call)}`);
      return answer;
    },
  });
}
