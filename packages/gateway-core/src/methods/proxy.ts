import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";

/** How requests arrive here. */
export function proxyMethods({ proxyLooks }: GatewayContext): MethodHandlers {
  return defineMethods({
    "proxy.look": () => proxyLooks.begin(),
    "proxy.seen": ({ params: { lookId } }) => ({ seen: proxyLooks.seen(lookId) ?? null }),
  });
}
