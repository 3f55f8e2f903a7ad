import type { Deviation } from "./deviation.ts";
import { inHealth, is, more, nothing } from "./differences.ts";
import { answered, hello3, hello4, refused, splice } from "./edits.ts";

/** How dialect 3 clients get in. */
export const HANDSHAKE_3: readonly Deviation[] = [
  {
    files: ["v3/*", "cli-v3/*"],
    because: "The canvas host is a later part; the field of the hello that names it is optional.",
    row: "protocol.md §3.4 canvasHostUrl (LATER)",
    kind: "fact",
    until: "canvas",
    differences: nothing("payload.canvasHostUrl"),
  },
  {
    files: ["v3/hs-*", "v3/dev-*", "v3/node-role", "v3/pair-remote-flow", "cli-v3/*"],
    because: "Where things lie and how clients authenticate is told to administrators only.",
    row: "README.md hello-ok detail; protocol-v4.md §5 snapshot",
    kind: "behaviour",
    differences: nothing(
      "payload.snapshot.configPath",
      "payload.snapshot.stateDir",
      "payload.snapshot.authMode",
    ),
  },
  {
    files: ["v3/hs-token-no-device", "v3/dev-scopes-empty", "v3/node-role", "v3/pair-remote-flow"],
    because: "Without operator.read the paths of health are hidden.",
    row: "protocol.md §8.4 Ours; threats.md T-AZ-11",
    kind: "behaviour",
    differences: [...inHealth("sessions.path"), ...inHealth("agents.*.sessions.path")].map((place) => ({
      at: place,
      ours: is("[redacted]"),
    })),
  },
  {
    files: ["v3/hs-token-no-device", "v3/dev-scopes-empty", "v3/node-role", "v3/pair-remote-flow"],
    because: "Who may not hear presence events is not told who is here either.",
    row: "threats.md T-AZ-11, T-AZ-12; README.md Events",
    kind: "behaviour",
    differences: [
      { at: "payload.snapshot.presence", ours: (list) => Array.isArray(list) && list.length === 0 },
    ],
  },
  {
    files: ["v3/dev-token-rotate-revoke"],
    because: "A fresh token is told to its device alone, not to whoever asked for it.",
    row: "threats.md T-PAIR-09; methods.md §6 Ours",
    kind: "behaviour",
    differences: nothing("payload.token"),
  },
  {
    files: ["v3/hs-rate-limited"],
    because: "A locked out client is told when to come back, in both dialects.",
    row: "protocol.md §5.4; threats.md T-AUTH-13",
    kind: "behaviour",
    differences: more("error.retryable", "error.retryAfterMs"),
  },
  {
    files: ["v3/hs-handshake-timeout"],
    because: "Before hello the time is 15 s, and the close says why.",
    row: "protocol.md §1 Handshake timeout, Ours; threats.md T-DOS-03",
    kind: "behaviour",
    differences: [{ at: "close.reason", ours: is("handshake timeout") }],
  },
  {
    files: ["v3/hs-large-frame-preconnect"],
    because: "Before hello a message may have 64 KiB, not 25 MiB.",
    row: "protocol.md §1 Ours; threats.md T-DOS-02",
    kind: "behaviour",
    instead: splice("client", 2, 2, { kind: "closed", code: 1009, reason: "" }),
  },
  {
    files: ["v3/hs-pipelined"],
    because: "Up to 15 frames behind connect wait for the hello and are answered then.",
    row: "protocol.md §3.3 Ours; protocol-v4.md §2 Pre-auth framing",
    kind: "behaviour",
    instead: splice("client", 3, 2, answered("c1", hello3), answered("r1")),
  },
  {
    files: ["v3/hs-protocol-range"],
    because: "A range that reaches 4 is answered in dialect 4.",
    row: "protocol-v4.md §2 rule 1",
    kind: "behaviour",
    instead: splice("client", 2, 1, answered("c1", hello4([]))),
  },
  {
    files: ["v3/hs-protocol-too-high"],
    because: "A range that reaches 4 is answered in dialect 4.",
    row: "protocol-v4.md §2 rule 1",
    kind: "behaviour",
    instead: splice("client", 2, 2, answered("c1", hello4([]))),
  },
  {
    files: ["v3/hs-protocol-too-low"],
    because: "The refusal names both ranges.",
    row: "protocol-v4.md §2 rule 2",
    kind: "behaviour",
    differences: [
      ...more("error.details.code", "error.details.clientMinProtocol", "error.details.clientMaxProtocol"),
      ...more("error.details.minimumProbeProtocol"),
      { at: "error.details.expectedProtocol", ours: is(4) },
    ],
  },
  {
    files: ["v3/hs-auth-none"],
    because: "A paired device that asks for more is approved by somebody, on the same machine too.",
    row: "threats.md T-PAIR-11; README.md Threat rows",
    kind: "behaviour",
    instead: splice(
      "local-scope-upgrade",
      2,
      1,
      refused("c1", {
        code: "NOT_PAIRED",
        message: "pairing required",
        details: { code: "PAIRING_REQUIRED", requestId: "<requestId#2>", reason: "scope-upgrade" },
      }),
      { kind: "closed", code: 1008, reason: "pairing required" },
    ),
  },
  {
    files: ["v3/hs-auth-none"],
    because: "A browser is paired without asking only from our own loopback origin with the verified secret.",
    row: "threats.md T-PAIR-11; README.md Origin",
    kind: "behaviour",
    instead: splice(
      "ui-allowed-origin",
      2,
      1,
      refused("c1", {
        code: "NOT_PAIRED",
        message: "pairing required",
        details: { code: "PAIRING_REQUIRED", requestId: "<requestId#3>", reason: "not-paired" },
      }),
      { kind: "closed", code: 1008, reason: "pairing required" },
    ),
  },
];
