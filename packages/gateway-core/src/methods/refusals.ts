import { AgentsError } from "@openclaw/agents";
import {
  invalidRequest,
  refusedWhileDraining,
  RpcError,
  scopeFailure,
  unknownAgent,
} from "@openclaw/protocol";
import type { ConnectionView } from "@openclaw/rpc-server";

/** What the domain refuses becomes the caller's error, in the words clients of this method know. */
export function toRequestError(error: unknown, method: string, { dialect }: ConnectionView): unknown {
  if (!(error instanceof AgentsError)) return error;
  switch (error.code) {
    case "queue_full":
    case "busy":
    case "store_failed":
      return new RpcError("UNAVAILABLE", error.message, { retryable: true, cause: error });
    case "closing":
      return refusedWhileDraining(method, error.message, error);
    case "reset_forbidden":
      return scopeFailure(dialect, "operator.admin");
    case "decision_forbidden":
      return scopeFailure(dialect, "operator.approvals");
    case "idempotency_conflict":
      return invalidRequest(error.message, { code: "IDEMPOTENCY_CONFLICT" });
    case "unknown_agent":
      return unknownAgent(dialect, `invalid ${method} params: ${error.message}`);
    case "malformed_session_key":
    case "agent_mismatch":
      return invalidRequest(`invalid ${method} params: ${error.message}`);
    default:
      return invalidRequest(error.message);
  }
}

/** Waits for the domain's answer; see {@link toRequestError}. */
export async function answerOf<T>(
  method: string,
  connection: ConnectionView,
  work: () => Promise<T> | T,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toRequestError(error, method, connection);
  }
}

/** Chats in a browser talk; what a session is and may do is for its operators. The control UI is one of those. */
export function refuseWebchat({ client }: ConnectionView, verb: "patch" | "delete"): void {
  const isWebchat = client.mode === "webchat" || client.id === "webchat-ui";
  if (!isWebchat || client.id === "openclaw-control-ui") return;
  throw invalidRequest(`webchat clients cannot ${verb} sessions; use chat.send for session-scoped updates`);
}
