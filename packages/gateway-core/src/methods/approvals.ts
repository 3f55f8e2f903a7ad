import { principalKey } from "@openclaw/auth";
import {
  approvalNotFound,
  EXEC_DECISIONS,
  type ExecApprovalPending,
  type ExecApprovalRequest,
  type ExecDecision,
  invalidRequest,
  LIMITS,
  type Methods,
  RpcError,
  unknownApproval,
} from "@openclaw/protocol";
import { type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { runDigest, shownWords } from "../approvals/run-digest.ts";
import { decide, mayDecide } from "../approvals/decide.ts";
import type { PendingApproval } from "../approvals/exec-approvals.ts";
import type { GatewayContext } from "../context.ts";

type Wish = Methods["exec.approval.request"]["params"];

/** Commands that wait for a person: asking, showing, deciding. Docs: protocol.md#exec-approvals */
export function approvalMethods(context: GatewayContext): MethodHandlers {
  const { approvals, clients } = context;
  /** Somebody else than who asks: nobody connects to allow it to himself. */
  const canBeDecided = (approval: PendingApproval, asking: ConnectionView) =>
    [...clients.connections.values()].some(
      (connection) => connection.connId !== asking.connId && mayDecide(approval, connection),
    );

  return defineMethods({
    "exec.approval.request": async ({ params, connection, signal, accept }) => {
      const request = requestOf(params, connection);
      const principal = principalKey(connection.grant.principal);
      const approval = approvals.ask({
        id: params.id,
        request,
        digest: runDigest({
          ...request,
          principal,
          command: params.commandArgv ?? request.command,
          env: params.env ?? {},
          runId: params.runId ?? null,
        }),
        timeoutMs: params.timeoutMs ?? LIMITS.approvalTimeoutMs,
        principal,
        unavailable: params.unavailableDecisions ?? [],
        reviewerDeviceIds: params.approvalReviewerDeviceIds ?? [],
      });
      if (approval === "id-taken") throw invalidRequest("approval id already pending");
      if (approval === "full")
        throw new RpcError("UNAVAILABLE", "too many commands wait for approval", { retryable: true });
      const { id, createdAtMs, expiresAtMs } = approval;
      if (canBeDecided(approval, connection))
        clients.broadcast("exec.approval.requested", shown(approval), {
          only: (other) => mayDecide(approval, other),
        });
      else approvals.expire(id);
      if (params.twoPhase === true) accept({ status: "accepted", id, createdAtMs, expiresAtMs });
      return outcomeOf(id, signal);
    },

    "exec.approval.waitDecision": ({ params: { id }, signal }) => {
      if (typeof id !== "string" || id === "") throw invalidRequest("id is required");
      return outcomeOf(id, signal);
    },

    "exec.approval.resolve": ({ params: { id, decision }, ...call }) => {
      if (!isDecision(decision)) throw invalidRequest("invalid decision");
      const resolution = decide(context, call, { id, decision });
      if (resolution === "unknown") throw unknownApproval(call.connection.dialect);
      if (resolution === "not-allowed") throw invalidRequest("invalid decision");
      return { ok: true };
    },

    "exec.approval.list": ({ connection }) =>
      approvals
        .pending()
        .filter((approval) => mayDecide(approval, connection))
        .map(shown),

    "exec.approval.get": ({ params: { id }, connection }) => {
      const visible = approvals.pending().filter((approval) => mayDecide(approval, connection));
      const approval =
        visible.find((each) => each.id === id) ?? only(visible.filter((each) => each.id.startsWith(id)));
      if (approval === undefined) throw approvalNotFound();
      const { request, allowed, expiresAtMs } = approval;
      const { command, host, nodeId, agentId } = request;
      return {
        ...{ id: approval.id, commandText: command, commandPreview: previewOf(command) },
        ...{ allowedDecisions: allowed, host, nodeId, agentId, expiresAtMs },
      };
    },
  });

  async function outcomeOf(id: string, signal: AbortSignal) {
    const outcome = approvals.outcome(id, signal);
    if (outcome === undefined) throw invalidRequest("approval expired or not found");
    return outcome;
  }
}

/** What people are shown; absent facts read `null`. */
function requestOf(params: Wish, { dialect }: ConnectionView): ExecApprovalRequest {
  const { command, cwd = null, nodeId = null, host = null, security = null, ask = null } = params;
  const { agentId = null, resolvedPath = null, sessionKey = null } = params;
  if (host === "node" && !nodeId) throw invalidRequest("nodeId is required for host=node");
  if (host === "node" && dialect === 4 && (params.systemRunPlan ?? null) === null)
    throw invalidRequest("systemRunPlan is required for host=node");
  const shownCommand = params.commandArgv === undefined ? command : shownWords(params.commandArgv);
  return { command: shownCommand, cwd, nodeId, host, security, ask, agentId, resolvedPath, sessionKey };
}

function shown({ id, request, createdAtMs, expiresAtMs }: PendingApproval): ExecApprovalPending {
  return { id, request, createdAtMs, expiresAtMs };
}

function isDecision(text: string): text is ExecDecision {
  return EXEC_DECISIONS.some((decision) => decision === text);
}

/** An id cut short counts if it can mean one thing only. */
function only<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}

const PREVIEW_CHARS = 120;

function previewOf(command: string): string {
  const [line = ""] = command.trim().split(/\r?\n/u, 1);
  return line.length > PREVIEW_CHARS ? `${line.slice(0, PREVIEW_CHARS)}…` : line;
}
