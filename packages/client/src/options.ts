import type { Dialect, HelloOk, Role } from "@openclaw/protocol";

import type { ClientInfo } from "./connect-request.ts";
import type { ConnectionError } from "./errors.ts";
import type { Device } from "./identity.ts";
import type { OpenSocket } from "./socket.ts";

/** Receiver of diagnostics: the parts of `console` this package calls. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;

/** Where a client is in its life. `gap` is a notice, not a state. */
export type ClientStatus =
  | { readonly type: "connecting"; readonly attempt: number }
  | { readonly type: "connected"; readonly hello: HelloOk }
  /** The connection was lost or could not be had again; the next attempt starts after `delayMs`. */
  | {
      readonly type: "waiting";
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: ConnectionError;
    }
  /** Events were missed. They are not replayed: refresh with `health` and `system-presence`, then go on. */
  | { readonly type: "gap"; readonly expected: number; readonly received: number }
  /** The end. `error` is absent when the client was closed by its owner. */
  | { readonly type: "closed"; readonly error?: ConnectionError };

/** How to come back after a lost connection. */
export interface ReconnectOptions {
  /** Attempts in a row before giving up. @default Infinity */
  readonly maxAttempts?: number;
  /** @default 1_000 */
  readonly baseMs?: number;
  /** @default 30_000 */
  readonly maxMs?: number;
}

/** Options of a client; only `url` and `openSocket` are required. Docs: embedding.md#client */
export interface ClientOptions {
  /** `ws://` or `wss://` address of the gateway. */
  readonly url: string;
  readonly openSocket: OpenSocket;
  /** The shared secret, or a named or device token in `token`. */
  readonly auth?: { readonly token?: string; readonly password?: string };
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
  /**
   * Proves this device with its key and keeps the tokens issued to it, which are sent when there is no secret. A
   * function is asked when the gateway has answered.
   */
  readonly device?: Device | (() => Promise<Device>);
  /** Come back after a lost connection. The first connection always fails fast. @default no */
  readonly reconnect?: ReconnectOptions;
  /** @default 15_000 */
  readonly connectTimeoutMs?: number;
  /** @default 30_000 */
  readonly requestTimeoutMs?: number;
  /** Called for every change of {@link ClientStatus}; must not throw. */
  readonly onStatus?: (status: ClientStatus) => void;
  readonly logger?: Logger;
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
}
