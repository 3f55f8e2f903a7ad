import type { ConnectionOptions, TLSSocket } from "node:tls";
import { connect } from "node:tls";

import { LIMITS } from "@openclaw/protocol/wire";
import { WebSocket, type ClientOptions } from "ws";

import type { OpenSocket, SocketFailure } from "../socket.ts";

// Node's network errors are E…, its own and OpenSSL's are ERR_…; HPE_… is the HTTP parser's about a foreign answer.
const NETWORK_ERROR = /^E(?!RR_)[A-Z_0-9]+$/;
const FOREIGN_ANSWER = /^(HPE_|WS_ERR_)|Unexpected server response|Sec-WebSocket|Upgrade header|server sent/i;
const UNTRUSTED = /CERT|^ERR_TLS_CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** Opens a WebSocket with `ws`. Compression is not offered: frames are small and local. */
export const openNodeSocket: OpenSocket = (url, listener) => open(url, listener, {});

/**
 * Opens WebSockets only to the server whose certificate has this fingerprint, whoever signed it.
 *
 * @param fingerprint SHA-256 of the certificate in hex; colons, spaces, case and a `sha256:` prefix do not matter
 * @throws {TypeError} it is none, or the url is not `wss:`
 */
export function pinnedNodeSocket(fingerprint: string): OpenSocket {
  const pin = normalise(fingerprint);
  if (!/^[0-9a-f]{64}$/.test(pin)) throw new TypeError("a TLS fingerprint is the 64 hex digits of a SHA-256");
  return (url, listener) => {
    if (!url.startsWith("wss:")) throw new TypeError(`a pinned certificate needs a wss: address: ${url}`);
    return open(url, listener, { createConnection: pinnedTo(pin) as ClientOptions["createConnection"] });
  };
}

const open = (
  url: string,
  listener: Parameters<OpenSocket>[1],
  options: ClientOptions,
): ReturnType<OpenSocket> => {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: LIMITS.maxPayloadBytes,
    ...options,
  });
  socket.on("message", (data: Buffer) => listener.message(data.toString("utf8")));
  socket.on("error", (cause: NodeJS.ErrnoException) => listener.failed(cause, failureOf(cause)));
  socket.on("close", (code: number, reason: Buffer) => listener.closed(code, reason.toString("utf8")));
  return {
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
};

// The pin stands in for the authorities. Node offers no verdict over certificates it does not trust itself, so the
// chain is not judged at all and the pin is compared before anything but the handshake has gone over the wire.
function pinnedTo(pin: string): (options: ConnectionOptions) => TLSSocket {
  return (options) => {
    const { host = "" } = options;
    const isName = !/^[\d.]+$|:/.test(host);
    const socket = connect({ ...options, rejectUnauthorized: false, servername: isName ? host : "" });
    socket.once("secureConnect", () => {
      const shown = normalise(socket.getPeerCertificate().fingerprint256 ?? "");
      if (shown === pin) return;
      socket.destroy(
        Object.assign(
          new Error(`the server's certificate has the fingerprint ${shown}, not the pinned one`),
          {
            code: "ERR_TLS_CERT_NOT_PINNED",
          },
        ),
      );
    });
    return socket;
  };
}

function normalise(fingerprint: string): string {
  return fingerprint
    .toLowerCase()
    .replace(/^sha-?256:/, "")
    .replaceAll(/[\s:]/g, "");
}

function failureOf(cause: NodeJS.ErrnoException): SocketFailure {
  const { code = "" } = cause;
  if (NETWORK_ERROR.test(code)) return "unreachable";
  if (UNTRUSTED.test(code)) return "untrusted";
  return FOREIGN_ANSWER.test(`${code}${cause.message}`) ? "foreign_service" : "unreachable";
}
