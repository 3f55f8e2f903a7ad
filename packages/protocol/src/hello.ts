import type { StateVersion } from "./frames.ts";
import type { HealthSnapshot } from "./health.ts";
import type { PresenceEntry } from "./presence.ts";
import type { Dialect } from "./version.ts";

/** What a client may assume about sessions it does not name. */
export interface SessionDefaults {
  readonly defaultAgentId: string;
  readonly mainKey: string;
  readonly mainSessionKey: string;
  readonly scope: string;
}

/** State of the gateway at the moment of the hello; events continue from here. */
export interface HelloSnapshot {
  readonly presence: readonly PresenceEntry[];
  /** `{}` when no health has been taken yet. */
  readonly health: HealthSnapshot | Readonly<Record<string, never>>;
  readonly stateVersion: StateVersion;
  readonly uptimeMs: number;
  readonly sessionDefaults?: SessionDefaults;
  /** Dialect 4. */
  readonly suspension?: { readonly phase: "accepting" | "preparing" | "draining" | "prepared" };
  /** These three only for `operator.admin`. */
  readonly configPath?: string;
  readonly stateDir?: string;
  readonly authMode?: string;
}

/** What the connection was granted. */
export interface HelloAuth {
  /** Which credential admitted it; dialect 4. */
  readonly method?: string;
  readonly role: string;
  /** The enforced scopes, which may be fewer than requested. */
  readonly scopes: readonly string[];
  readonly deviceToken?: string;
  readonly issuedAtMs?: number;
}

/** Limits the gateway holds this connection to. */
export interface HelloPolicy {
  readonly maxPayload: number;
  readonly maxBufferedBytes: number;
  readonly tickIntervalMs: number;
  /** Dialect 4. */
  readonly attachments?: { readonly maxBytes: number; readonly maxImageBytes: number };
}

/**
 * Payload of a successful `connect`.
 *
 * Docs: protocol.md#hello-ok
 */
export interface HelloOk {
  readonly type: "hello-ok";
  readonly protocol: Dialect;
  readonly server: {
    readonly version: string;
    readonly connId: string;
    /** New per process; dialect 4. */
    readonly bootId?: string;
  };
  readonly features: {
    readonly methods: readonly string[];
    readonly events: readonly string[];
    readonly capabilities?: readonly string[];
  };
  readonly snapshot: HelloSnapshot;
  readonly auth?: HelloAuth;
  readonly policy: HelloPolicy;
}
