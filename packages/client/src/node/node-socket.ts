import { LIMITS } from "@openclaw/protocol";
import { WebSocket } from "ws";

import type { OpenSocket, SocketFailure } from "../socket.ts";

// Node's network errors are E…, its own and OpenSSL's are ERR_…; HPE_… is the HTTP parser's about a foreign answer.
const NETWORK_ERROR = /^E(?!RR_)[A-Z_0-9]+$/;
const FOREIGN_ANSWER = /^(HPE_|WS_ERR_)|Unexpected server response|Sec-WebSocket|Upgrade header|server sent/i;

/** Opens a WebSocket with `ws`. Compression is not offered: frames are small and local. */
export const openNodeSocket: OpenSocket = (url, listener) => {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: LIMITS.maxPayloadBytes });
  socket.on("message", (data: Buffer) => listener.message(data.toString("utf8")));
  socket.on("error", (cause: NodeJS.ErrnoException) => listener.failed(cause, failureOf(cause)));
  socket.on("close", (code: number, reason: Buffer) => listener.closed(code, reason.toString("utf8")));
  return {
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
};

function failureOf(cause: NodeJS.ErrnoException): SocketFailure {
  if (cause.code !== undefined && NETWORK_ERROR.test(cause.code)) return "unreachable";
  return FOREIGN_ANSWER.test(`${cause.code ?? ""}${cause.message}`) ? "foreign_service" : "unreachable";
}
