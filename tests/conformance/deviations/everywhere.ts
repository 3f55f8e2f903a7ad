import type { Deviation } from "./deviation.ts";
import { inHealth, isSqliteFile, more } from "./differences.ts";

/** The events this build emits. */
const EVENTS = [
  "connect.challenge",
  "agent",
  "chat",
  "sessions.changed",
  "session.message",
  "presence",
  "tick",
  "talk.mode",
  "shutdown",
  "health",
  "node.pair.requested",
  "node.pair.resolved",
  "node.invoke.request",
  "node.invoke.progress",
  "device.pair.requested",
  "device.pair.resolved",
  "voicewake.changed",
  "exec.approval.requested",
  "exec.approval.resolved",
];

/** Without what dialect 3 does not know. */
const EVENTS_3 = EVENTS.filter((name) => name !== "node.invoke.progress");

/** Differences of whatever has a hello or a health. */
export const EVERYWHERE: readonly Deviation[] = [
  {
    files: ["*"],
    because: "A gateway lists the events it can emit; those of later parts are missing.",
    row: "protocol-v4.md §5 features.events; methods.md §1",
    kind: "fact",
    until: "all event families",
    differences: [
      {
        at: "payload.features.events",
        ours: (events) =>
          [EVENTS, EVENTS_3].some((known) => JSON.stringify(events) === JSON.stringify(known)),
      },
    ],
  },
  {
    files: ["*"],
    because: "health also tells whether the running configuration is the one on disk.",
    row: "protocol.md §8.4 Ours: configStatus",
    kind: "fact",
    differences: more(...inHealth("configStatus")),
  },
  {
    files: ["*"],
    because: "All state lives in one SQLite file, and path fields name it.",
    row: "README.md State",
    kind: "fact",
    differences: [...inHealth("sessions.path"), ...inHealth("agents.*.sessions.path")].map((place) => ({
      at: place,
      ours: isSqliteFile,
    })),
  },
];
