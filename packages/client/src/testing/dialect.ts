import {
  agentAccepted,
  chatPayload,
  healthPayload,
  shutdownPayload,
  type AgentAccepted,
  type ChatEventPayload,
  type Dialect,
  type HealthSnapshot,
  type ShutdownPayload,
} from "@openclaw/protocol";

type Shape = (dialect: Dialect, payload: never) => unknown;

const EVENTS: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["chat", (dialect, payload: ChatEventPayload) => chatPayload(dialect, payload)],
  ["health", (dialect, payload: HealthSnapshot) => healthPayload(dialect, payload)],
  [
    "shutdown",
    (dialect, { reason, restartExpectedMs }: ShutdownPayload) =>
      shutdownPayload(dialect, { reason, restartExpectedMs: restartExpectedMs ?? undefined }),
  ],
]);
const ANSWERS: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  [
    "agent",
    (dialect, payload: AgentAccepted) =>
      payload.status === "accepted" ? agentAccepted(dialect, payload) : payload,
  ],
  ["health", (dialect, payload: HealthSnapshot) => healthPayload(dialect, payload)],
]);

// A script's payloads are those of its names' contracts, or the test that wrote it is about something else.

/** An event's payload as its dialect has it; `undefined` when the dialect has no such event. */
export function eventIn(dialect: Dialect, name: string, payload: unknown): unknown {
  return shaped(EVENTS.get(name), dialect, payload);
}

/** An answer's payload as its dialect has it. */
export function answerIn(dialect: Dialect, method: string, payload: unknown): unknown {
  return shaped(ANSWERS.get(method), dialect, payload);
}

function shaped(shape: Shape | undefined, dialect: Dialect, payload: unknown): unknown {
  const isObject = typeof payload === "object" && payload !== null;
  return shape && isObject ? shape(dialect, payload as never) : payload;
}
