import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";

const DEFAULT_LIMIT = 100;

/** Who did what that matters for security. */
export function auditMethods({ audit }: GatewayContext): MethodHandlers {
  return defineMethods({
    "audit.list": ({ params: { limit = DEFAULT_LIMIT, cursor, kind, since } }) =>
      audit.list({ limit, ...given({ before: cursor, kind, since }) }),
  });
}
