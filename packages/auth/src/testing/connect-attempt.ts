import type { ConnectParams, Dialect } from "@openclaw/protocol";
import type { ConnectAttempt } from "../authenticator.ts";
import type { PeerFacts } from "../peer/facts.ts";
import { resolveSocketPeer } from "../peer/resolve-socket-peer.ts";
import type { AuthPolicy } from "../policy.ts";
import type { TestDevice } from "./test-device.ts";
import { testPolicy } from "./test-policy.ts";

/** Changes to the connect of a local CLI; see {@link connectAttempt}. */
export interface AttemptOptions {
  readonly params?: Partial<ConnectParams>;
  readonly facts?: PeerFacts;
  /** @default 4 */
  readonly dialect?: Dialect;
  /** Proves itself in this connect. */
  readonly device?: TestDevice;
  /** Payload the device signs. @default "v2" */
  readonly version?: "v2" | "v3";
  /** Epoch ms of the signature. @default Date.now() */
  readonly signedAtMs?: number;
  /** Decides whose forwarding headers count. */
  readonly policy?: AuthPolicy;
}

const NONCE = "11111111-2222-4333-8444-555555555555";

/** Facts of a program on this machine; headers are added to a local `Host`. */
export function localFacts(headers: PeerFacts["headers"] = {}): PeerFacts {
  return { remoteAddress: "127.0.0.1", headers: { host: "127.0.0.1:18789", ...headers } };
}

/** Params of the CLI without credentials. */
export function connectParams(changes: Partial<ConnectParams> = {}): ConnectParams {
  return {
    minProtocol: 3,
    maxProtocol: 4,
    client: { id: "cli", version: "1.0.0", platform: "linux", mode: "cli" },
    role: "operator",
    scopes: ["operator.read"],
    caps: [],
    ...changes,
  };
}

/** A connect as the authenticator gets it: from the CLI on this machine, unless the options say otherwise. */
export function connectAttempt(options: AttemptOptions = {}): ConnectAttempt {
  const { facts = localFacts(), dialect = 4, device, version = "v2", signedAtMs = Date.now() } = options;
  const params = connectParams(options.params);
  return {
    peer: resolveSocketPeer(facts, options.policy ?? testPolicy()),
    params: device ? device.sign(params, { nonce: NONCE, signedAtMs, version }) : params,
    nonce: NONCE,
    dialect,
    facts,
  };
}
