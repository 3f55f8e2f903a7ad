import { AttemptLimiter, clientKey, secretsEqual } from "@openclaw/auth";
import type { Context, MiddlewareHandler } from "hono";
import { parseJsonObject, readText } from "../body.ts";
import { retryAfter } from "../guard.ts";
import type { HookSettings, HttpPorts } from "../ports.ts";
import { json, methodNotAllowed, notFound, type Refusal, text } from "../reply.ts";

const IN_QUERY =
  "Hook token must be provided via Authorization: Bearer <token> or X-OpenClaw-Token header (query parameters are not allowed).";
/** Callers of webhooks are programs that guess quickly; no address is exempt. */
const GUESSES = { maxAttempts: 20, windowMs: 60_000, lockoutMs: 60_000 };
const BODY_TIMEOUT_MS = 30_000;

/**
 * Webhooks: programs that leave a note, below a path of the operator's choice and with a secret that opens nothing else
 * (T-AUTH-18). Checks in this order: started (503), token in the query (400), proxy (403), lockout (429), token (401),
 * method (405), name (404), body (400, 408, 413). Requests to other paths go on. Docs: protocol.md#webhooks
 */
export function hooks(ports: HttpPorts): MiddlewareHandler {
  const limiter = new AttemptLimiter({ policy: () => GUESSES, now: ports.now ?? Date.now });
  return async (context, next) => {
    const settings = ports.hooks?.settings();
    const name = settings && hookName(context.req.path, settings.path);
    if (settings === undefined || name === undefined) return next();
    return refusal(ports, { context, settings, limiter }) ?? answer(ports, { context, settings, name });
  };
}

/** What comes behind the base path, empty for the base path itself; undefined for any other path. */
export function hookName(path: string, base: string): string | undefined {
  if (path !== base && !path.startsWith(`${base}/`)) return undefined;
  return path.slice(base.length + 1);
}

interface Knock {
  readonly context: Context;
  readonly settings: HookSettings;
  readonly limiter: AttemptLimiter;
}

function refusal(ports: HttpPorts, { context, settings, limiter }: Knock): Response | undefined {
  if (ports.startup().status !== "started")
    return text(503, "gateway starting; retry shortly", { "retry-after": "1" });
  if (context.req.query("token") !== undefined) return text(400, IN_QUERY);
  const { clientIp, proxyUnattributed } = ports.peer(ports.facts(context));
  // Whoever forwards without being listed could choose the address that its guesses are counted for (T-PROXY-01).
  if (proxyUnattributed) return text(403, "Forbidden");
  const client = clientKey(clientIp);
  // While locked nothing is compared, so a right guess does not show (T-AUTH-12).
  const lockedForMs = limiter.lockedForMs("hook-auth", client);
  if (lockedForMs !== undefined) return text(429, "Too Many Requests", retryAfter(lockedForMs));
  const token = presentedToken(context);
  if (token === undefined || !secretsEqual(token, settings.token)) {
    if (token !== undefined) limiter.fail("hook-auth", client);
    return text(401, "Unauthorized");
  }
  limiter.succeed("hook-auth", client);
  return context.req.method === "POST" ? undefined : methodNotAllowed("POST");
}

function presentedToken(context: Context): string | undefined {
  const bearer = /^Bearer +(.+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  return bearer?.trim() ?? context.req.header("x-openclaw-token")?.trim();
}

async function answer(
  ports: HttpPorts,
  o: { readonly context: Context; readonly settings: HookSettings; readonly name: string },
): Promise<Response> {
  const { context, settings, name } = o;
  if (name !== "wake") return notFound();
  const limits = { maxBytes: settings.maxBodyBytes, timeoutMs: BODY_TIMEOUT_MS };
  const read = await readText(context.req.raw, limits);
  if (!read.ok) return failed(read.refusal);
  const body = parseJsonObject(read.value);
  return body.ok ? wake(ports, body.value) : failed(body.refusal);
}

/** Leaves a note for the main session. */
function wake(ports: HttpPorts, body: Readonly<Record<string, unknown>>): Response {
  const note = typeof body["text"] === "string" ? body["text"].trim() : "";
  if (note === "") return json({ ok: false, error: "text required" }, { status: 400 });
  ports.hooks?.wake(note);
  return json({ ok: true, mode: body["mode"] === "next-heartbeat" ? "next-heartbeat" : "now" });
}

const SHORT_REASONS: ReadonlyMap<number, string> = new Map([
  [413, "payload too large"],
  [408, "request body timeout"],
]);

function failed({ status, message, headers }: Refusal): Response {
  const error = SHORT_REASONS.get(status) ?? message;
  return json({ ok: false, error }, { status, ...(headers !== undefined && { headers }) });
}
