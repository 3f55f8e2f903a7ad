import { authorize, type Grant } from "@openclaw/auth";
import type { MethodScope } from "@openclaw/protocol";
import type { Context, Handler } from "hono";
import type { HttpConfig, HttpPorts } from "./ports.ts";
import { json, methodNotAllowed, notFound, refuse, type Refusal } from "./reply.ts";

const NOT_READY: Refusal = {
  status: 503,
  type: "unavailable",
  message: "gateway starting; retry shortly",
  headers: { "retry-after": "1" },
};

/** A route behind credentials. There is no way to register one without naming its scope. */
export interface GuardedRoute {
  isEnabled(config: HttpConfig): boolean;
  readonly method: "GET" | "POST";
  /** Scope of the RPC method that does the same over WebSocket. */
  readonly scope: MethodScope;
  handle(context: Context, grant: Grant): Promise<Response> | Response;
}

/**
 * Checks in this order: enabled (404), method (405), started (503), credentials, origin and host (401, 403, 429), scope (403).
 * A disabled route is indistinguishable from an unknown one.
 */
export function guarded(ports: HttpPorts, route: GuardedRoute): Handler {
  return (context) => {
    if (!route.isEnabled(ports.config())) return notFound();
    if (context.req.method !== route.method) return methodNotAllowed(route.method);
    if (ports.startup().status !== "started") return refuse(NOT_READY);
    const verdict = ports.authenticate(ports.facts(context));
    if (!verdict.ok) return refuse({ ...verdict, headers: retryAfter(verdict.retryAfterMs) });
    const { grant } = verdict;
    return denied(ports, { context, grant }, route.scope) ?? route.handle(context, grant);
  };
}

/** The 403 for a caller that lacks a scope, undefined when it has it. */
export function denied(
  ports: HttpPorts,
  { context, grant }: { readonly context: Context; readonly grant: Grant },
  needed: MethodScope,
): Response | undefined {
  const verdict = authorize(grant, needed);
  if (verdict.ok) return undefined;
  if (verdict.reason === "scope")
    ports.onDenied?.({ grant, facts: ports.facts(context), missing: verdict.missing });
  const message =
    verdict.reason === "scope" ? `missing scope: ${verdict.missing}` : `unauthorized role: ${grant.role}`;
  return json({ ok: false, error: { type: "forbidden", message } }, { status: 403 });
}

/** `Retry-After` in whole seconds, rounded up. */
export function retryAfter(ms: number | undefined): Readonly<Record<string, string>> {
  return ms === undefined ? {} : { "retry-after": String(Math.ceil(ms / 1000)) };
}
