import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { BASELINE_HEADERS } from "@openclaw/http";
import type { Handlers } from "./listener.ts";

const HEADERS = { ...BASELINE_HEADERS, "Retry-After": "1", "Content-Length": "0", Connection: "close" };

/** Answers while one gateway has closed and the one that takes its place is not there yet: come back in a second. */
export const BETWEEN_GATEWAYS: Handlers = {
  request: (_, response: ServerResponse) => void response.writeHead(503, HEADERS).end(),
  upgrade: (_, socket: Duplex) => {
    const lines = Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}`);
    socket.on("error", () => socket.destroy());
    socket.end(["HTTP/1.1 503 Service Unavailable", ...lines, "", ""].join("\r\n"));
  },
};
