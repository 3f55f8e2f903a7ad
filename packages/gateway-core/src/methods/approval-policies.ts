import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { actorOf } from "../actor.ts";
import type { GatewayContext } from "../context.ts";

/** What agents may run without asking. Docs: protocol.md#exec-policies */
export function approvalPolicyMethods({ approvalPolicies }: GatewayContext): MethodHandlers {
  return defineMethods({
    "exec.approvals.get": () => approvalPolicies.read(),

    "exec.approvals.set": ({ params: { file, baseHash }, connection }) =>
      approvalPolicies.write({ file, baseHash, actor: actorOf(connection) }),
  });
}
