import { once } from "node:events";
import { connect } from "node:net";
import type { GatewayAddress } from "@openclaw/gateway-core";
import { PROXY_ADDRESS } from "./gateway.ts";

/** An HTTP answer, read to the end of the connection. */
export interface HttpAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request, byte by byte as given: nothing is added but what is named here. */
export interface RawRequest {
  readonly method?: string;
  /** @default "/" */
  readonly path?: string;
  /** `Host` and `Connection: close` unless replaced; a list sends the header once for each. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Client address the trusted proxy tells. */
  readonly from?: string;
}

/** Sends a request over a plain TCP socket and reads until the gateway ends the connection. */
export function http({ port }: Pick<GatewayAddress, "port">, request: RawRequest = {}): Promise<HttpAnswer> {
  const { method = "GET", path = "/", body = "", from } = request;
  const headers = {
    Host: `127.0.0.1:${port}`,
    Connection: "close",
    ...(from !== undefined && { "X-Forwarded-For": from }),
    ...(body !== "" && { "Content-Length": String(Buffer.byteLength(body)) }),
    ...request.headers,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((each) => `${name}: ${each}`),
  );
  const text = `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
  return exchange(port, text, from === undefined ? undefined : PROXY_ADDRESS);
}

/** A request to become a WebSocket, by hand. */
export function upgrade(
  address: Pick<GatewayAddress, "port">,
  request: RawRequest = {},
): Promise<HttpAnswer> {
  return http(address, {
    ...request,
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...request.headers,
    },
  });
}

/** Sends bytes and reads the answer: to its end, or its head when it switches protocols. */
export async function exchange(
  port: number,
  text: string | Buffer,
  localAddress?: string,
): Promise<HttpAnswer> {
  const socket = connect({ host: "127.0.0.1", port, ...(localAddress !== undefined && { localAddress }) });
  let received = "";
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
    // A socket that was granted stays open; its head says enough.
    if (received.startsWith("HTTP/1.1 101") && received.includes("\r\n\r\n")) socket.destroy();
  });
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return parseAnswer(received);
}

function parseAnswer(received: string): HttpAnswer {
  const end = received.indexOf("\r\n\r\n");
  const [status = "", ...lines] = received.slice(0, end < 0 ? undefined : end).split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(status)?.[1] ?? 0),
    headers,
    body: end < 0 ? "" : received.slice(end + 4),
  };
}

/** `Authorization` of a bearer. */
export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
