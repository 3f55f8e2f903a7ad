import type { Frame } from "../recording/recording.ts";
import type { Deviation } from "./deviation.ts";
import { more } from "./differences.ts";
import { something, upTo, withAnswer } from "./edits.ts";

/** What every write answers beside the recorded fields. */
const OUTCOME = more("payload.hash", "payload.changedPaths", "payload.applied");

/** Texts of the configuration before and after a write that changes nothing. */
const isSnapshot = (frame: Frame) => frame["id"] === "r7";

/** Writing the configuration, dialect 3. */
export const CONFIG_3: readonly Deviation[] = [
  {
    files: ["v3/config-set-errors", "v3/restart-config-patch"],
    because: "The answer to a write tells what was changed and what comes of it.",
    row: "config.md §12.1 RPC (MUST)",
    kind: "behaviour",
    differences: OUTCOME,
  },
  {
    files: ["v3/config-set-errors"],
    because: "Every write answers with the same fields; no restart and no note are null.",
    row: "config.md §12.1 RPC (MUST)",
    kind: "behaviour",
    differences: more("payload.restart", "payload.sentinel"),
  },
  {
    files: ["v3/config-set-errors"],
    because: "The recording was kept without its copies of the configuration.",
    row: "config.md §11 config.get (MUST)",
    kind: "fact",
    differences: more("payload.parsed", "payload.resolved"),
  },
  {
    files: ["v3/config-set-errors"],
    because: "One function fills in defaults, for answers to writes too.",
    row: "config.md §6 Ours; §19 quirk 1",
    kind: "behaviour",
    differences: more("payload.config.messages"),
  },
  {
    files: ["v3/config-set-errors"],
    because: "A text that the file has already is not written: no stamp, no defaults, the same hash.",
    row: "threats.md T-CFG-07; config.md §8.5 Ours, §12.1 empty diff",
    kind: "behaviour",
    instead: (recording) => {
      const before = recording.connections
        .flatMap(({ entries }) => entries)
        .find((entry) => entry.kind === "receive" && entry.frame["id"] === "r1");
      if (before?.kind !== "receive") throw new Error("the recording begins with no config.get");
      return withAnswer(isSnapshot, before.frame["payload"] as Frame)(recording);
    },
  },
  {
    files: ["v3/restart-config-patch"],
    because: "What is read anew at every use, such as a colour, needs no restart.",
    row: "reload.md §7 Ours (MUST)",
    kind: "behaviour",
    instead: (recording) => {
      const isWrite = (frame: Frame) => frame["id"] === "r2";
      const answer = {
        ok: true,
        path: "<stateDir>/openclaw.json",
        config: something,
        restart: null,
        sentinel: null,
      };
      return withAnswer(isWrite, answer)(upTo(isWrite)(recording));
    },
  },
];
