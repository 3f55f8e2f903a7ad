import type { MiddlewareHandler } from "hono";
import type { HttpConfig } from "./ports.ts";

/** Headers of every response, whatever its status. */
export const BASELINE_HEADERS = Object.freeze({
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), microphone=(self), geolocation=()",
});

/**
 * Sets the baseline headers, and HSTS where the operator asked for it, after the route or the error handler answered.
 *
 * Docs: protocol.md#http-headers
 */
export function baseline(config: () => HttpConfig): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    for (const [name, value] of Object.entries(BASELINE_HEADERS)) headers.set(name, value);
    const hsts = config().strictTransportSecurity;
    if (hsts) headers.set("strict-transport-security", hsts);
  };
}
