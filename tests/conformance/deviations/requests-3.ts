import type { Deviation } from "./deviation.ts";
import { splice, unknownMethod } from "./edits.ts";

/** Requests and the end of connections, dialect 3. */
export const REQUESTS_3: readonly Deviation[] = [
  {
    files: ["v3/rpc-invalid-params"],
    because: "cron.run is a later part.",
    row: "methods.md §9 Cron (SHOULD)",
    kind: "behaviour",
    until: "cron",
    instead: splice("client", 9, 1, unknownMethod("r5", "cron.run")),
  },
  {
    files: ["v3/chat-inject"],
    because: "Ids of messages are chosen at random.",
    row: "agents-sessions.md §2.4 id (8 hex)",
    kind: "fact",
    differences: [
      { at: "payload.runId", ours: (id) => /^inject-[0-9a-f]{8}$/.test(String(id)) },
      { at: "payload.messageId", ours: (id) => /^[0-9a-f]{8}$/.test(String(id)) },
    ],
  },
  {
    files: ["v3/shutdown-sigterm"],
    because: "A socket that never connected is ended at once instead of holding up the shutdown.",
    row: "README.md Stop; protocol-v4.md §8 close grace",
    kind: "behaviour",
    instead: splice("unauthenticated", 1, 0, { kind: "closed", code: 1006, reason: "" }),
  },
];
