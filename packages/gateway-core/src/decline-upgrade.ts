import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** Headers that are about the offer and not about the request. */
const OF_THE_OFFER = new Set(["upgrade", "connection", "http2-settings"]);

/**
 * Answers a request that offers to go on in another protocol as if it had not (RFC 9110 §7.8): some HTTP clients offer
 * HTTP/2 with every first request. Node keeps such a request from the handlers as soon as anybody hears upgrades, so
 * it is read once more, without the offer.
 */
export function declineUpgrade(
  server: Server,
  {
    request,
    socket,
    head,
  }: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
): void {
  const { method = "GET", url = "/", httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    if (!OF_THE_OFFER.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  // Node reads heads as Latin-1.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

/** Whether a request asks for a WebSocket. */
export function isWebSocketUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.trim().toLowerCase() === "websocket";
}
