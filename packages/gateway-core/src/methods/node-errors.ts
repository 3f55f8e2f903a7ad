import { NodesError } from "@openclaw/nodes";
import { invalidRequest, RpcError } from "@openclaw/protocol";

/** Waits for what nodes do; what they refuse becomes the caller's error. */
export async function nodeAnswer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof NodesError ? toRpcError(error) : error;
  }
}

function toRpcError(error: NodesError): RpcError {
  const { code, message, facts } = error;
  const unavailable = (details?: unknown, retryable?: true) =>
    new RpcError("UNAVAILABLE", message, {
      ...(details !== undefined && { details }),
      ...(retryable && { retryable }),
      cause: error,
    });
  switch (code) {
    case "unknown_request":
    case "unknown_node":
      return invalidRequest(message);
    case "reserved":
    case "not_allowed":
      return invalidRequest(message, facts);
    case "not_connected":
      return unavailable({ code: "NOT_CONNECTED" });
    case "failed":
    case "timed_out":
      return unavailable({ nodeError: facts.nodeError });
    case "crowded":
    case "busy":
      return unavailable(undefined, true);
    case "disconnected":
    case "aborted":
      return unavailable();
    default:
      return code satisfies never;
  }
}
