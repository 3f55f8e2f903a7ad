import type { Deviation } from "./deviation.ts";
import { splice, unknownMethod, without } from "./edits.ts";

/** Requests and the end of connections, dialect 3. */
export const REQUESTS_3: readonly Deviation[] = [
  {
    files: ["v3/rpc-concurrent"],
    because: "voicewake.get is a later part: its refusal, too, comes before the slower answer.",
    until: "voicewake",
    instead: splice("client", 2, 1, unknownMethod("v", "voicewake.get")),
  },
  {
    files: ["v3/rpc-write-implies-read"],
    because: "voicewake.get is a later part: write passes its scope and then learns that it is unknown.",
    until: "voicewake",
    instead: splice("client", 1, 1, unknownMethod("r1", "voicewake.get")),
  },
  {
    files: ["v3/rpc-invalid-params"],
    because: "cron.run is a later part.",
    until: "cron",
    instead: splice("client", 9, 1, unknownMethod("r5", "cron.run")),
  },
  {
    files: ["v3/shutdown-sigterm"],
    because: "Wake words are a later part: a node is not told any.",
    until: "voicewake",
    instead: without((frame) => frame["event"] === "voicewake.changed"),
  },
  {
    files: ["v3/shutdown-sigterm"],
    because:
      "A socket that never connected is ended at once instead of holding up the shutdown (protocol.md#liveness).",
    instead: splice("unauthenticated", 1, 0, { kind: "closed", code: 1006, reason: "" }),
  },
];
