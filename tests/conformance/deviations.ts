import { isObject } from "./recording/json.ts";
import type { Entry, Frame, Recording } from "./recording/recording.ts";
import type { Difference } from "./replay.ts";

/** Where the product differs from a recording on purpose. */
export interface Deviation {
  /** Names of recordings; `*` stands for any text. */
  readonly files: readonly string[];
  /** What asks for it, and what differs. */
  readonly because: string;
  /** A capability after which the recording will be met. @default never, the difference stays */
  readonly until?: string;
  readonly differences?: readonly Difference[];
  /** The conversation as it goes with us, where frames are other ones altogether. */
  readonly instead?: (recording: Recording) => Recording;
}

const something: Frame = { "...": "anything" };
const answered = (id: string, payload: Frame = something): Entry => ({
  kind: "receive",
  frame: { type: "res", id, ok: true, payload },
});
const refused = (id: string, error: Frame): Entry => ({ kind: "receive", frame: { type: "res", id, ok: false, error } });

/** Replaces entries of one connection. */
function splice(connection: string, start: number, count: number, ...entries: Entry[]): Deviation["instead"] {
  return (recording) => ({
    ...recording,
    connections: recording.connections.map((known) =>
      known.name === connection ? { ...known, entries: known.entries.toSpliced(start, count, ...entries) } : known,
    ),
  });
}

const isSqliteFile = (value: unknown) => typeof value === "string" && value.endsWith("gateway.sqlite");

/** Every deliberate difference, with the row that asks for it. */
export const DEVIATIONS: readonly Deviation[] = [
  {
    files: ["v3/*"],
    because: "The canvas host is a later part; the field of the hello that names it is optional.",
    until: "canvas",
    differences: [{ at: "payload.canvasHostUrl", ours: "nothing" }],
  },
  {
    files: ["v3/*", "v4/*"],
    because: "A gateway lists the events it can emit; those of later parts are missing.",
    until: "all event families",
    differences: [{ at: "payload.features.events", ours: "something else" }],
  },
  {
    files: ["v3/*", "v4/*"],
    because: "health also tells whether the running configuration is the one on disk (protocol.md#health, ours).",
    differences: [
      { at: "payload.configStatus", ours: "something more" },
      { at: "payload.snapshot.health.configStatus", ours: "something more" },
    ],
  },
  {
    files: ["v3/*", "v4/*"],
    because: "All state lives in one SQLite file: path fields name it (README, State).",
    differences: [
      { at: "payload.sessions.path", ours: isSqliteFile },
      { at: "payload.agents.*.sessions.path", ours: isSqliteFile },
      { at: "payload.snapshot.health.sessions.path", ours: isSqliteFile },
      { at: "payload.snapshot.health.agents.*.sessions.path", ours: isSqliteFile },
    ],
  },
  {
    files: ["v3/hs-token-no-device", "v3/hs-password-mode", "v3/hs-auth-none"],
    because: "Where things lie and how clients authenticate is told to administrators only (README, hello-ok detail).",
    differences: [
      { at: "payload.snapshot.configPath", ours: "nothing" },
      { at: "payload.snapshot.stateDir", ours: "nothing" },
      { at: "payload.snapshot.authMode", ours: "nothing" },
    ],
  },
  {
    files: ["v3/hs-rate-limited"],
    because: "A locked out client is told when to come back, in both dialects (protocol.md#auth-rate-limit, ours).",
    differences: [
      { at: "error.retryable", ours: "something more" },
      { at: "error.retryAfterMs", ours: "something more" },
    ],
  },
  {
    files: ["v3/hs-handshake-timeout"],
    because: "Before hello the time is 15 s and the close says why (README, Pre-auth; T-DOS-03).",
    differences: [{ at: "close.reason", ours: (value) => value === "handshake timeout" }],
  },
  {
    files: ["v3/hs-large-frame-preconnect"],
    because: "Before hello a message may have 64 KiB, not 25 MiB (T-DOS-02).",
    instead: splice("client", 2, 2, { kind: "closed", code: 1009, reason: "" }),
  },
  {
    files: ["v3/hs-pipelined"],
    because: "Up to 15 frames behind connect wait for the hello and are answered then (README, Pre-auth).",
    instead: splice("client", 3, 2, answered("c1"), answered("r1")),
  },
  {
    files: ["v3/hs-protocol-too-high"],
    because: "A range that reaches 4 is answered in dialect 4 (protocol.md#negotiation).",
    instead: splice("client", 2, 2, answered("c1", { ...something })),
  },
  {
    files: ["v3/hs-protocol-too-low"],
    because: "The refusal names both ranges (protocol.md#negotiation).",
    differences: [
      { at: "error.details.code", ours: "something more" },
      { at: "error.details.clientMinProtocol", ours: "something more" },
      { at: "error.details.clientMaxProtocol", ours: "something more" },
      { at: "error.details.minimumProbeProtocol", ours: "something more" },
      { at: "error.details.expectedProtocol", ours: (value) => value === 4 },
    ],
  },
];

/** Whether a name fits a pattern with `*`. */
export function fits(pattern: string, name: string): boolean {
  const source = pattern.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(name);
}
export { isObject, refused };
