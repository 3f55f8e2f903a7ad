import type { RpcError } from "@openclaw/protocol";

import { ConnectionError, describeClose } from "./errors.ts";
import { classifyRefusal } from "./refusal.ts";
import type { SocketFailure } from "./socket.ts";

/** What is known about a connection when its socket closes. */
export interface Ending {
  readonly closeCode: number;
  readonly closeReason: string;
  /** Whether hello-ok had come. */
  readonly wasOpen: boolean;
  /** The gateway's answer to `connect`, when it was no. */
  readonly refusal?: RpcError | undefined;
  /** The platform's error, when there was one. */
  readonly failure?: { readonly cause: Error; readonly code: SocketFailure } | undefined;
}

/** Says why a connection ended. A refusal explains more than its close frame, which is cut to 120 bytes. */
export function closeError(ending: Ending): ConnectionError {
  const { closeCode, closeReason, refusal, failure, wasOpen } = ending;
  const end = { closeCode, closeReason };
  if (refusal) {
    return new ConnectionError(classifyRefusal(refusal), describeClose(closeCode, refusal.message), {
      ...end,
      cause: refusal,
    });
  }
  if (wasOpen) {
    const cause = failure && { cause: failure.cause };
    return new ConnectionError("closed", describeClose(closeCode, closeReason), { ...end, ...cause });
  }
  if (failure) {
    const reason = failure.code === "foreign_service" ? failure.cause.message : closeReason;
    return new ConnectionError(failure.code, describeClose(closeCode, reason), {
      ...end,
      cause: failure.cause,
    });
  }
  const code = closeCode === 1006 ? "unreachable" : "refused";
  return new ConnectionError(code, describeClose(closeCode, closeReason), end);
}
