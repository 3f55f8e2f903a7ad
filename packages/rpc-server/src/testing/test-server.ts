import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type {
  Authenticator,
  ConnectAttempt,
  ConnectVerdict,
  DeviceDesk,
  Grant,
  Standing,
} from "@openclaw/auth";
import { testPolicy } from "@openclaw/auth/testing";
import type { HelloParts } from "../hello.ts";
import type { Logger, RpcServer, RpcServerOptions } from "../options.ts";
import { createRpcServer } from "../server.ts";
import { WireClient } from "./wire-client.ts";

/** Grants exactly what is asked for. */
export function grantAll({ params, peer }: Pick<ConnectAttempt, "params" | "peer">): Grant {
  return {
    principal: { kind: "shared" },
    role: params.role === "node" ? "node" : "operator",
    scopes: params.scopes ?? [],
    method: "token",
    isLocal: peer.isLocal,
  };
}

/** A verdict that admits, for good unless a standing says otherwise. */
export function admitted(grant: Grant, standing: Standing = () => undefined): ConnectVerdict {
  return { ok: true, grant, effects: [], standing };
}

/** An authenticator that answers with `verdict`; by default it admits everybody. */
export function fakeAuthenticator(
  verdict: (attempt: ConnectAttempt) => ConnectVerdict | Promise<ConnectVerdict> = (attempt) =>
    admitted(grantAll(attempt)),
): Authenticator {
  return {
    connect: async (attempt) => verdict(attempt),
    http: () => ({ ok: false, status: 401, type: "unauthorized", message: "Unauthorized" }),
    devices: NO_DESK,
    close: () => undefined,
  };
}

const unattended = (): Promise<never> => Promise.reject(new Error("nobody is at the desk"));
const NO_DESK: DeviceDesk = {
  list: unattended,
  approve: unattended,
  reject: unattended,
  remove: unattended,
  rename: unattended,
  rotate: unattended,
  revoke: unattended,
};

export const HELLO: HelloParts = {
  server: { version: "1.2.3", bootId: "boot-1" },
  snapshot: { presence: [], health: {}, stateVersion: { presence: 1, health: 1 }, uptimeMs: 5 },
};

/** A line that was logged. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: unknown;
  readonly meta: unknown;
}

/** A logger that keeps its lines. */
export function memoryLogger(): { readonly lines: LogLine[]; readonly logger: Logger } {
  const lines: LogLine[] = [];
  const at = (level: LogLine["level"]) => (message: unknown, meta: unknown) =>
    void lines.push({ level, message, meta });
  return { lines, logger: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } };
}

/** A running server on a port of its own, and the clients that came through it. */
export interface TestServer {
  readonly rpc: RpcServer;
  readonly port: number;
  readonly url: string;
  /** Opens a socket and reads the challenge. */
  open(...options: Tail<Parameters<typeof WireClient.open>>): Promise<WireClient>;
  /** Opens a socket and connects. Its hello is the last frame read. */
  client(...params: Parameters<WireClient["connect"]>): Promise<WireClient>;
  close(): Promise<void>;
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

/** Starts an HTTP server with nothing but our upgrades, in phase `ready`. */
export async function startTestServer(options: Partial<RpcServerOptions> = {}): Promise<TestServer> {
  const rpc = createRpcServer({
    authenticator: fakeAuthenticator(),
    policy: testPolicy,
    charge: () => undefined,
    methods: {},
    events: [],
    hello: () => HELLO,
    ...options,
  });
  rpc.setPhase("ready");
  const http = createServer();
  http.on("upgrade", (req, socket, head: Buffer) => rpc.handleUpgrade(req, socket, head));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  // Safe: a TCP server that listens has an address object.
  const { port } = http.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}/`;
  return {
    rpc,
    port,
    url,
    open: (...clientOptions) => WireClient.open(url, ...clientOptions),
    client: async (...params) => {
      const client = await WireClient.open(url);
      await client.connect(...params);
      return client;
    },
    close: async () => {
      await rpc.close({ reason: "gateway stopping" });
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
