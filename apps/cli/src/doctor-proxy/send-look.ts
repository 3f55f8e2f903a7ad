import { randomBytes } from "node:crypto";
import { type IncomingMessage, request as plainRequest, type RequestOptions } from "node:http";
import { request as tlsRequest } from "node:https";

/** What came back from an address, be it the gateway or somebody in between. */
export type LookAnswer = { readonly status: number } | { readonly error: string };

/** A request to send. */
export interface Look {
  /** `http:` or `https:`. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether to ask for a WebSocket. */
  readonly isUpgrade?: boolean;
  /** Given up after this many ms. */
  readonly timeoutMs: number;
}

const UPGRADE = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
const KEY_BYTES = 16;

/** Sends a request as a browser would, without credentials. Never rejects. */
export function sendLook({ url, headers, isUpgrade = false, timeoutMs }: Look): Promise<LookAnswer> {
  const key = { "sec-websocket-key": randomBytes(KEY_BYTES).toString("base64") };
  const options: RequestOptions = {
    headers: { ...headers, ...(isUpgrade && { ...UPGRADE, ...key }) },
    // A connection of its own: none is to be left open for the next one.
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  };
  const open = url.protocol === "https:" ? tlsRequest : plainRequest;
  return new Promise((resolve) => {
    const sent = open(url, options);
    const answered = ({ statusCode = 0 }: IncomingMessage) => {
      resolve({ status: statusCode });
      sent.destroy();
    };
    sent.on("response", answered);
    sent.on("upgrade", (response, socket) => {
      answered(response);
      socket.destroy();
    });
    sent.on("error", (error) =>
      resolve({ error: error.name === "AbortError" ? `no answer in ${timeoutMs} ms` : error.message }),
    );
    sent.end();
  });
}
