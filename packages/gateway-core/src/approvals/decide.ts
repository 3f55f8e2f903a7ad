import { authorize } from "@openclaw/auth";
import type { ExecDecision } from "@openclaw/protocol";
import type { Caller, ConnectionView } from "@openclaw/rpc-server";
import { actorOf } from "../actor.ts";
import type { GatewayContext } from "../context.ts";
import type { PendingApproval, Resolution } from "./exec-approvals.ts";

/** A person decides, at a connection that holds the scope; where devices were named, at one of them or as administrator. */
export function mayDecide({ reviewerDeviceIds }: PendingApproval, { grant }: ConnectionView): boolean {
  if (!authorize(grant, "operator.approvals").ok) return false;
  if (reviewerDeviceIds.length === 0 || authorize(grant, "operator.admin").ok) return true;
  return grant.deviceId !== undefined && reviewerDeviceIds.includes(grant.deviceId);
}

/** Decides about what waits under this id and tells those who may know, however the decision came in. */
export function decide(
  { approvals, clients, now }: Pick<GatewayContext, "approvals" | "clients" | "now">,
  caller: Caller,
  { id, decision }: { readonly id: string; readonly decision: ExecDecision },
): Resolution {
  const { connection } = caller;
  const approval = approvals.find(id);
  // Whoever is not asked is not told either that somebody is.
  if (approval === undefined || !mayDecide(approval, connection)) return "unknown";
  const resolution = approvals.resolve(id, decision, actorOf(caller));
  if (resolution !== "resolved") return resolution;
  const { request } = approval;
  const resolvedBy = connection.client.displayName ?? connection.client.id;
  clients.broadcast(
    "exec.approval.resolved",
    { id, decision, resolvedBy, ts: now(), request },
    { only: (other) => mayDecide(approval, other) },
  );
  return resolution;
}
