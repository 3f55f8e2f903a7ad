import type { Dialect, Role } from "@openclaw/protocol";

import type { ClientInfo, NodeClaims } from "./connect-request.ts";
import type { Device } from "./identity.ts";
import type { OpenSocket } from "./socket.ts";
import type { ClientStatus } from "./state.ts";

/** Receiver of diagnostics: the parts of `console` this package calls. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;

/** How to come back after a lost connection. */
export interface ReconnectOptions {
  /** Attempts in a row before giving up. @default Infinity */
  readonly maxAttempts?: number;
  /** @default 1_000 */
  readonly baseMs?: number;
  /** @default 30_000 */
  readonly maxMs?: number;
}

/** The shared secret, or a named or device token in `token`. */
export interface Secrets {
  readonly token?: string;
  readonly password?: string;
}

/**
 * Options of a client; only `url` is required. `commands`, `permissions` and `pathEnv` are those of the role `node`.
 *
 * Docs: embedding.md#client
 */
export interface ClientOptions extends NodeClaims {
  /** `ws://` or `wss://` address of the gateway. */
  readonly url: string;
  /** @default the platform's own WebSocket */
  readonly openSocket?: OpenSocket;
  /**
   * What to show the gateway. A function is asked before each connection, and once more when what it gave was refused:
   * the same answer again ends the attempt.
   */
  readonly auth?: Secrets | (() => Secrets | Promise<Secrets>);
  /** @default operator */
  readonly role?: Role;
  /** What to ask for; the granted scopes are in `hello.auth`. @default none */
  readonly scopes?: readonly string[];
  /** @default none */
  readonly caps?: readonly string[];
  /** @default gateway-client in mode backend */
  readonly client?: ClientInfo;
  /** Lowest protocol to accept; 4 also switches to the v3 signature. @default 3 */
  readonly minProtocol?: Dialect;
  /** Highest protocol to accept. @default 4 */
  readonly maxProtocol?: Dialect;
  /**
   * Proves this device with its key and keeps the tokens issued to it, which are sent when there is no secret. A
   * function is asked when the gateway has answered.
   */
  readonly device?: Device | (() => Promise<Device>);
  /** Come back after a lost connection. The first connection always fails fast. @default no */
  readonly reconnect?: ReconnectOptions;
  /**
   * Wait, with the first connection too, while an operator has to approve this device, asking again every `pollMs`
   * (3_000 by default). Needs `device`. @default no: the refusal names the request to approve
   */
  readonly awaitApproval?: { readonly pollMs?: number };
  /** @default 15_000 */
  readonly connectTimeoutMs?: number;
  /** @default 30_000 */
  readonly requestTimeoutMs?: number;
  /** Called for every new state and notice. */
  readonly onStatus?: (status: ClientStatus) => void;
  readonly logger?: Logger;
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
}
