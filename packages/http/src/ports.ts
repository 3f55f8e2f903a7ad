import type { Agents } from "@openclaw/agents";
import type { Grant, HttpVerdict, Peer, PeerFacts } from "@openclaw/auth";
import type { EventLoopHealth } from "@openclaw/protocol";
import type { Context } from "hono";

/** Where this package reports what callers must not see. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;

/** Settings of the HTTP half, read anew for every request so that a reload counts at once. */
export interface HttpConfig {
  readonly chatCompletions: {
    readonly enabled: boolean;
    /** Largest request body in bytes. @default 20_971_520 */
    readonly maxBodyBytes?: number;
  };
  /** `/v1/models` is served when this or `chatCompletions` is enabled. */
  readonly responses: { readonly enabled: boolean };
  /** Value of `Strict-Transport-Security`; absent or empty: the header is not sent. */
  readonly strictTransportSecurity?: string;
}

/** Where webhooks are heard, and the secret they come with. */
export interface HookSettings {
  readonly token: string;
  /** Begins with a slash and does not end with one. */
  readonly path: string;
  readonly maxBodyBytes: number;
}

/** Webhooks as the gateway takes them. */
export interface HookPorts {
  /** Read for every request; undefined while there are none. */
  settings(): HookSettings | undefined;
  /** Leaves a note for the main session. */
  wake(note: string): void;
}

/** Who answers: shown to callers on this machine only, to tell gateways apart. */
export interface Identity {
  readonly instanceId: string;
  readonly profile?: string;
}

/** Whether work is taken, and what stands in the way. */
export interface Readiness {
  readonly ready: boolean;
  /** Ids of the checks that fail, e.g. `startup`. */
  readonly failing: readonly string[];
  readonly uptimeMs: number;
  /** What became of the configuration file; `applied` or why the last good one stays in force. */
  readonly configStatus?: string;
  /** How punctual the process is, where it is measured. */
  readonly eventLoop?: EventLoopHealth;
}

/** How far the start has come. */
export interface Startup {
  readonly status: "starting" | "started" | "draining";
  readonly version: string;
  readonly uptimeMs: number;
  /** What the start waits for. */
  readonly pendingReason?: string;
}

/** A request for which somebody lacks a scope. */
export interface HttpDenial {
  readonly grant: Grant;
  readonly facts: PeerFacts;
  readonly missing: string;
}

/** Everything the routes need from the gateway around them. */
export interface HttpPorts {
  /** Reads the facts of the TCP peer from the bindings of the server in use. */
  facts(context: Context): PeerFacts;
  /** Applies the proxy rules to the facts. */
  peer(facts: PeerFacts): Peer;
  /** Judges the credentials, the origin and the host of a request. */
  authenticate(facts: PeerFacts): HttpVerdict;
  /** Somebody was turned away for want of a scope. @default nobody wants to know */
  onDenied?(denial: HttpDenial): void;
  identity(): Identity;
  /** A throwing check counts as not ready. */
  readiness(): Readiness;
  startup(): Startup;
  readonly agents: Pick<Agents, "startRun" | "agentsList">;
  config(): HttpConfig;
  /** @default there are no webhooks */
  readonly hooks?: HookPorts;
  /** A fresh UUID. */
  newId(): string;
  /** Epoch ms. @default Date.now */
  now?(): number;
  readonly logger?: Logger;
}
