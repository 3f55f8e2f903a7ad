import {
  eventContract,
  helloFor,
  type EventName,
  type HelloAuth,
  type HelloOk,
  type HelloPolicy,
} from "@openclaw/protocol";
import type { Grant } from "@openclaw/auth";
import type { ConnectionView } from "./connection-view.ts";
import type { RpcLimits } from "./limits.ts";

/** The parts of `hello-ok` only the gateway knows; see `RpcServerOptions.hello`. */
export interface HelloParts {
  readonly server: {
    readonly version: string;
    /** New for every boot of the process; sent in dialect 4. */
    readonly bootId?: string;
  };
  readonly snapshot: HelloOk["snapshot"];
  /** Sizes of attachments the gateway takes; sent in dialect 4. */
  readonly attachments?: NonNullable<HelloPolicy["attachments"]>;
}

/** Everything else `hello-ok` says. */
export interface HelloFacts {
  readonly view: ConnectionView;
  /** Carries the device token to hand over; `view.grant` does not. */
  readonly grant: Grant;
  readonly methods: readonly string[];
  readonly events: readonly EventName[];
  readonly limits: Pick<RpcLimits, "maxPayloadBytes" | "maxBufferedBytes" | "tickIntervalMs">;
}

/**
 * Assembles the answer to a successful `connect`. What it advertises is the truth: methods that have handlers, events
 * that are emitted, limits that are enforced.
 *
 * Docs: protocol.md#hello-ok
 */
export function assembleHello(
  parts: HelloParts,
  { view, grant, methods, events, limits }: HelloFacts,
): HelloOk {
  const { connId, dialect } = view;
  return helloFor({
    type: "hello-ok",
    protocol: dialect,
    server: { ...parts.server, connId },
    features: { methods, events: events.filter((name) => existsIn(name, view)) },
    snapshot: parts.snapshot,
    auth: helloAuth(grant, view),
    policy: {
      maxPayload: limits.maxPayloadBytes,
      maxBufferedBytes: limits.maxBufferedBytes,
      tickIntervalMs: limits.tickIntervalMs,
      ...(parts.attachments && { attachments: parts.attachments }),
    },
  });
}

function existsIn(name: EventName, { dialect }: ConnectionView): boolean {
  return eventContract(name)?.dialects?.includes(dialect) ?? true;
}

function helloAuth({ method, role, scopes, issued }: Grant, { dialect }: ConnectionView): HelloAuth {
  if (!issued) return { method, role, scopes };
  const { deviceToken, issuedAtMs } = issued;
  // Dialect 3 clients store the token together with its scopes, dialect 4 clients look at what this connection may do.
  return { method, role, scopes: dialect === 3 ? issued.scopes : scopes, deviceToken, issuedAtMs };
}
