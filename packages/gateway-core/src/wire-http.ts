import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Agents } from "@openclaw/agents";
import { type Authenticator, type AuthPolicy, type PeerFacts, resolvePeer } from "@openclaw/auth";
import type { GatewaySettings } from "@openclaw/config";
import {
  BASELINE_HEADERS,
  createHttpApp,
  type HookPorts,
  hookName,
  type HttpPorts,
  type Readiness,
} from "@openclaw/http";
import type { EventLoopHealth } from "@openclaw/protocol";
import type { Context, Hono } from "hono";
import type { Logger } from "./options.ts";
import { GATEWAY_VERSION } from "./version.ts";

/** How far a gateway is in its life. */
export type Phase = "starting" | "ready" | "draining" | "closed";

export interface HttpWiring {
  readonly authenticator: Pick<Authenticator, "http">;
  readonly agents: Pick<Agents, "startRun" | "agentsList">;
  readonly hooks: HookPorts;
  readonly policy: () => AuthPolicy;
  /** Told of every request before it is judged. */
  readonly onRequest: (facts: PeerFacts) => void;
  readonly onDenied: NonNullable<HttpPorts["onDenied"]>;
  readonly settings: () => GatewaySettings;
  readonly instanceId: string;
  readonly profile?: string;
  readonly phase: () => Phase;
  /** Whether what is accepted can be kept. */
  readonly canWrite: () => boolean;
  /** What became of the configuration file. */
  readonly configState: () => string;
  /** Whether this is the gateway to mend the file with, and for no other work. */
  readonly isSafeMode: () => boolean;
  readonly uptimeMs: () => number;
  readonly eventLoop: () => EventLoopHealth;
  readonly logger: Logger;
  readonly now: () => number;
}

export interface WiredHttp {
  /** Answers every request, unknown paths with 404. */
  readonly listener: RequestListener;
  /** Answers only the gateway's own paths, and says whether it did. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

const PROBES = new Set(["/health", "/healthz", "/ready", "/readyz", "/startup", "/startupz"]);

/** Joins the HTTP routes with the parts of the gateway. */
export function wireHttp(wiring: HttpWiring): WiredHttp {
  const app = createHttpApp({
    facts: peerFacts,
    peer: (facts) => resolvePeer(facts, wiring.policy()),
    authenticate: (facts) => wiring.authenticator.http(facts),
    onDenied: wiring.onDenied,
    identity: () => ({
      instanceId: wiring.instanceId,
      ...(wiring.profile !== undefined && { profile: wiring.profile }),
    }),
    readiness: () => readiness(wiring),
    startup: () => startup(wiring),
    agents: wiring.agents,
    hooks: wiring.hooks,
    config: () => httpConfig(wiring.settings()),
    newId: randomUUID,
    now: wiring.now,
    logger: wiring.logger,
  });
  let listener: Promise<AppListener> | undefined;
  const answer: RequestListener = (request, response) => {
    wiring.onRequest(factsOf(request));
    endWhenStalled(response, wiring.settings().limits.responseStallMs);
    listener ??= adapt(app.fetch);
    listener
      .then((listen) => listen(request, response))
      .catch((error: unknown) => {
        wiring.logger.error("request failed", { error });
        response.destroy();
      });
  };
  return {
    listener: answer,
    handle: (request, response) => {
      if (!isGatewayPath(request.url ?? "/", wiring.hooks.settings()?.path)) return false;
      answer(request, response);
      return true;
    },
  };
}

type AppListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The app as a listener. Loaded with the first request: the adapter pulls in Node's `fetch`, a tenth of a whole start. */
async function adapt(fetch: Hono["fetch"]): Promise<AppListener> {
  const { getRequestListener } = await import("@hono/node-server");
  return getRequestListener(fetch, {
    // The adapter must not replace the global Request and Response of the program around us.
    overrideGlobalObjects: false,
    // Requests so broken that the app never sees them.
    errorHandler: () => new Response("Bad Request", { status: 400, headers: BASELINE_HEADERS }),
  });
}

/**
 * Ends an answer of which the client takes nothing any more; what works for it is then called off (T-DOS-04). Nothing is
 * wrong with a connection that is quiet because there is nothing to send yet.
 */
function endWhenStalled(response: ServerResponse, stallMs: number): void {
  const onQuiet = (): void => {
    if (response.writableLength > 0) response.destroy();
    // Node watches once.
    else if (!response.writableEnded) response.setTimeout(stallMs);
  };
  response.setTimeout(stallMs, onQuiet);
}

function isGatewayPath(url: string, hooksPath: string | undefined): boolean {
  const path = url.split("?", 1)[0] ?? url;
  if (hooksPath !== undefined && hookName(path, hooksPath) !== undefined) return true;
  return PROBES.has(path) || path === "/v1" || path.startsWith("/v1/");
}

function peerFacts(context: Context): PeerFacts {
  const { incoming } = context.env as { incoming: IncomingMessage }; // what the node adapter binds
  return factsOf(incoming);
}

function factsOf({ socket, headers }: IncomingMessage): PeerFacts {
  return { remoteAddress: socket.remoteAddress ?? "", headers };
}

function readiness(wiring: HttpWiring): Readiness {
  const { phase, canWrite, configState, isSafeMode, uptimeMs, eventLoop } = wiring;
  const current = phase();
  const failing = [
    ...(current === "ready" ? [] : [current]),
    ...(canWrite() ? [] : ["store"]),
    ...(isSafeMode() ? ["config-safe-mode"] : []),
  ];
  // A file that cannot be used is worth knowing, but no reason to take no work: the last good one serves.
  return {
    ready: failing.length === 0,
    failing,
    uptimeMs: uptimeMs(),
    configStatus: configState(),
    eventLoop: eventLoop(),
  };
}

function startup({ phase, uptimeMs }: HttpWiring) {
  const current = phase();
  const common = { version: GATEWAY_VERSION, uptimeMs: uptimeMs() };
  if (current === "starting")
    return { status: "starting" as const, ...common, pendingReason: "startup-sidecars" };
  return { status: current === "ready" ? ("started" as const) : ("draining" as const), ...common };
}

function httpConfig({ http }: GatewaySettings) {
  return {
    chatCompletions: { enabled: http.chatCompletions },
    responses: { enabled: http.responses },
    ...(http.strictTransportSecurity !== undefined && {
      strictTransportSecurity: http.strictTransportSecurity,
    }),
  };
}
