import type {
  AnsweredCall,
  AskedCall,
  ConnectionView,
  Disconnect,
  TrafficListener,
} from "@openclaw/rpc-server";
import type { Logger } from "../options.ts";
import { eventMeta } from "./event-meta.ts";
import { trafficText, type TrafficLine } from "./traffic-line.ts";

/**
 * How much of the traffic is logged: refused and slow answers, or everything; `compact` has one line for a call,
 * `full` one for each frame.
 */
export type TrafficLogStyle = "slow" | "compact" | "full";

const SLOW_MS = 50;

/** What a traffic log is made of. */
export interface TrafficLogOptions {
  readonly style: TrafficLogStyle;
  /** Of `gateway/ws`; must not throw. */
  readonly logger: Logger;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Writes what passes over admitted connections to the log. Docs: runbook.md#logs */
export function createTrafficLog(options: TrafficLogOptions): TrafficListener {
  return options.style === "slow" ? problemsOnly(options) : everything(options);
}

function problemsOnly({ logger }: TrafficLogOptions): TrafficListener {
  return {
    answered: (call) => {
      if (!call.ok || call.durationMs >= SLOW_MS)
        logger.info(trafficText({ arrow: "⇄", ...answerLine(call), connId: call.connId }));
    },
    broken: (connId) => logger.warn(trafficText({ arrow: "✗", kind: "parse-error", ...NOT_JSON, connId })),
  };
}

const NOT_JSON = { meta: { error: "the message is no JSON" } };

function everything({ style, logger, now }: TrafficLogOptions): TrafficListener {
  const isFull = style === "full";
  const lastCalls = new Map<string, AskedCall>();
  let lastConnId: string | undefined;
  const log = ({ connId, ...line }: TrafficLine) => {
    // The eye groups the lines of one connection by itself.
    const isNamed = isFull || connId !== lastConnId;
    if (connId !== undefined) lastConnId = connId;
    logger.info(trafficText({ ...line, ...(isNamed && { connId }) }));
  };
  return {
    admitted: (connection, { methods, events, presence, stateVersion }) => {
      const { connId, peer } = connection;
      log({ arrow: "←", kind: "open", meta: { remoteAddr: peer.clientIp }, connId });
      log({ arrow: "←", kind: "connect", meta: clientMeta(connection), connId });
      const meta = { methods, events, presence, stateVersion: stateVersion.presence };
      log({ arrow: "→", kind: "hello-ok", meta, connId });
    },
    asked: (call) => {
      lastCalls.set(call.connId, call);
      const { connId, id, method } = call;
      if (isFull) log({ arrow: "←", kind: "req", headline: method, connId, id });
    },
    answered: (call) => log({ arrow: isFull ? "→" : "⇄", ...answerLine(call), connId: call.connId }),
    sent: (event) =>
      log({
        arrow: "→",
        kind: "event",
        headline: event.event,
        meta: eventMeta(event),
        connId: event.connId,
      }),
    broken: (connId) => log({ arrow: "→", kind: "parse-error", ...NOT_JSON, connId }),
    gone: (connection, end) => {
      const { connId, connectedAt } = connection;
      log({
        arrow: "→",
        kind: "close",
        meta: closeMeta(end, now() - connectedAt, lastCalls.get(connId)),
        connId,
      });
      lastCalls.delete(connId);
    },
  };
}

function answerLine({ id, method, ok, durationMs, error }: AnsweredCall) {
  const meta = error && { errorCode: error.code, errorMessage: error.message };
  return { kind: "res" as const, ok, headline: method, durationMs, ...(meta && { meta }), id };
}

function clientMeta({ client, grant }: ConnectionView) {
  return {
    client: client.displayName ?? client.id,
    version: client.version,
    mode: client.mode,
    clientId: client.id,
    platform: client.platform,
    auth: grant.method,
  };
}

function closeMeta({ code }: Disconnect, durationMs: number, last: AskedCall | undefined) {
  const lastFrame = last && { lastFrameType: "req", lastFrameMethod: last.method, lastFrameId: last.id };
  return { code, durationMs, handshake: "connected", ...lastFrame };
}
