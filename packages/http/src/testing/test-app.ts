import type { Grant, HttpVerdict, Peer, PeerFacts } from "@openclaw/auth";
import type { Context, Hono } from "hono";
import { createHttpApp } from "../app.ts";
import type { HttpConfig, HttpPorts } from "../ports.ts";
import { scriptedAgents, type ScriptedAgents } from "./scripted-agents.ts";

export const TOKEN = "test-token";
export const NOW = Date.parse("2026-11-22T10:00:00Z");

/** A log line as the app wrote it. */
export interface LogLine {
  readonly level: string;
  readonly text: string;
  readonly meta: unknown;
}

export interface TestApp {
  readonly app: Hono;
  readonly agents: ScriptedAgents;
  readonly log: LogLine[];
  /** Sends a request with the token, unless `headers` say otherwise. */
  send(path: string, init?: TestRequest): Promise<Response>;
  chat(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export interface TestRequest extends Pick<RequestInit, "method" | "body" | "signal" | "duplex"> {
  readonly headers?: Readonly<Record<string, string>>;
  /** Address of the TCP peer. */
  readonly from?: string;
  readonly isAnonymous?: boolean;
}

export interface TestAppOptions {
  readonly agents?: ScriptedAgents;
  readonly config?: Partial<HttpConfig>;
  readonly grant?: Partial<Grant>;
  readonly ports?: Partial<HttpPorts>;
}

/** The app over fakes: token auth, local when the peer, its Host and its headers are. */
export function testApp(options: TestAppOptions = {}): TestApp {
  const agents = options.agents ?? scriptedAgents({ messages: [["Hello", " there."]] });
  const log: LogLine[] = [];
  const write = (level: string) => (text: unknown, meta?: unknown) =>
    void log.push({ level, text: String(text), meta });
  let ids = 0;
  const app = createHttpApp({
    facts: readFacts,
    peer: readPeer,
    authenticate: (facts) => judge(facts, options.grant),
    identity: () => ({ instanceId: "instance-1", profile: "dev" }),
    readiness: () => ({ ready: true, failing: [], uptimeMs: 42 }),
    startup: () => ({ status: "started", version: "1.2.3", uptimeMs: 42 }),
    agents,
    config: () => ({ chatCompletions: { enabled: true }, responses: { enabled: false }, ...options.config }),
    newId: () => `id-${++ids}`,
    now: () => NOW,
    logger: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
    ...options.ports,
  });
  const send = async (path: string, request: TestRequest = {}): Promise<Response> => {
    const { from = "127.0.0.1", isAnonymous = false, headers, ...init } = request;
    const authorization = isAnonymous ? undefined : { authorization: `Bearer ${TOKEN}` };
    const all = { host: "127.0.0.1:18789", ...authorization, ...headers };
    return app.request(
      new Request(`http://127.0.0.1:18789${path}`, { ...init, headers: all }),
      {},
      { from, host: all.host },
    );
  };
  const chat = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    send("/v1/chat/completions", {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers,
    });
  return { app, agents, log, send, chat };
}

interface Bindings {
  readonly from: string;
  readonly host: string;
}

function readFacts(context: Context): PeerFacts {
  const { from, host }: Bindings = context.env;
  const headers: Record<string, string> = { host };
  context.req.raw.headers.forEach((value, name) => (headers[name] = value));
  return { remoteAddress: from, headers };
}

function readPeer({ remoteAddress, headers }: PeerFacts): Peer {
  const isLoopbackPeer = remoteAddress === "127.0.0.1";
  const isForwarded = headers["x-forwarded-for"] !== undefined;
  const hasLocalHost = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(String(headers["host"]));
  const isLocal = isLoopbackPeer && !isForwarded && hasLocalHost;
  return {
    clientIp: remoteAddress,
    isLocal,
    isLoopbackPeer,
    proxyUnattributed: isForwarded,
    host: String(headers["host"]),
  };
}

function judge({ headers }: PeerFacts, grant: Partial<Grant> = {}): HttpVerdict {
  if (headers["origin"] === "https://evil.example")
    return { ok: false, status: 403, type: "forbidden", message: "origin not allowed" };
  const isKnown = headers["authorization"] === `Bearer ${TOKEN}`;
  if (!isKnown && grant.method !== "none")
    return { ok: false, status: 401, type: "unauthorized", message: "Unauthorized" };
  const admin = {
    principal: { kind: "shared" },
    role: "operator",
    scopes: ["operator.admin"],
    method: "token",
    isLocal: true,
  } as const;
  return { ok: true, grant: { ...admin, ...grant } };
}
