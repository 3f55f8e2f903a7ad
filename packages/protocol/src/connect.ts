import * as v from "valibot";

import { intFrom, nonEmpty, shortText } from "./schemas.ts";
import { parseParams, type Parsed } from "./validation.ts";
import { negotiateDialect, type Dialect } from "./version.ts";

/** Who may connect. A closed list: the id decides rules such as the browser origin check. */
export const CLIENT_IDS = [
  "webchat-ui",
  "openclaw-control-ui",
  "webchat",
  "cli",
  "gateway-client",
  "openclaw-macos",
  "openclaw-ios",
  "openclaw-android",
  "node-host",
  "test",
  "fingerprint",
  "openclaw-probe",
  "openclaw-browser-copilot",
  "openclaw-tui",
  "openclaw-linux",
  "openclaw-watchos",
  "openclaw-worker",
] as const;

/** Name of a client program. */
export type ClientId = (typeof CLIENT_IDS)[number];

/** What a client program is being used as. */
export const CLIENT_MODES = ["webchat", "cli", "ui", "backend", "node", "probe", "test", "worker"] as const;

/** Use of a client program. */
export type ClientMode = (typeof CLIENT_MODES)[number];

/** Payload of `connect.challenge`, the first message of every socket. */
export interface ConnectChallenge {
  /** New per socket; a device signature must cover it. */
  readonly nonce: string;
  /** Gateway time, epoch ms; the time a device signs. */
  readonly ts: number;
  readonly capabilities?: readonly string[];
}

/**
 * Params of `connect`: the union of both dialects, since the dialect is only known once they are read.
 *
 * Docs: protocol.md#connect-params
 */
export const CONNECT_PARAMS = v.strictObject({
  minProtocol: intFrom(1),
  maxProtocol: intFrom(1),
  client: v.strictObject({
    id: v.picklist(CLIENT_IDS),
    displayName: v.optional(nonEmpty),
    version: nonEmpty,
    platform: nonEmpty,
    deviceFamily: v.optional(nonEmpty),
    modelIdentifier: v.optional(nonEmpty),
    mode: v.picklist(CLIENT_MODES),
    instanceId: v.optional(nonEmpty),
    buildId: v.optional(shortText(96)),
    timeZone: v.optional(shortText(64)),
  }),
  caps: v.optional(v.array(nonEmpty)),
  commands: v.optional(v.array(nonEmpty)),
  permissions: v.optional(v.record(v.string(), v.boolean())),
  pathEnv: v.optional(v.string()),
  role: v.optional(nonEmpty),
  scopes: v.optional(v.array(nonEmpty)),
  device: v.optional(
    v.strictObject({
      id: nonEmpty,
      publicKey: nonEmpty,
      signature: nonEmpty,
      signedAt: intFrom(0),
      nonce: nonEmpty,
    }),
  ),
  auth: v.optional(
    v.strictObject({
      token: v.optional(v.string()),
      deviceToken: v.optional(v.string()),
      password: v.optional(v.string()),
      bootstrapToken: v.optional(v.string()),
      approvalRuntimeToken: v.optional(v.string()),
      agentRuntimeIdentityToken: v.optional(v.string()),
    }),
  ),
  locale: v.optional(v.string()),
  userAgent: v.optional(v.string()),
  // Sent by newer nodes and the control UI; accepted so that they can connect, not used.
  computerUse: v.optional(v.unknown()),
  workerRuns: v.optional(v.looseObject({})),
  modelCatalog: v.optional(v.looseObject({})),
});

/** Params of `connect`. */
export type ConnectParams = v.InferOutput<typeof CONNECT_PARAMS>;

/** Checks the params of `connect`; problems are worded for the dialect the offered range would get. */
export function parseConnectParams(input: unknown): Parsed<ConnectParams> {
  return parseParams(CONNECT_PARAMS, input, offeredDialect(input));
}

function offeredDialect(input: unknown): Dialect {
  const range = v.safeParse(v.looseObject({ minProtocol: v.number(), maxProtocol: v.number() }), input);
  return (range.success && negotiateDialect(range.output.minProtocol, range.output.maxProtocol)) || 3;
}
