import { redactConfig } from "@openclaw/config";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { callerOf } from "../actor.ts";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";

/** The configuration file: read, replaced, patched. */
export function configMethods({ configDesk }: GatewayContext): MethodHandlers {
  return defineMethods({
    "config.get": async () => redactConfig(await configDesk.read()),

    "config.set": ({ params: { raw, ...params }, ...call }) =>
      configDesk.write({ method: "config.set", kind: "replace", raw, ...callerOf(call), ...given(params) }),

    "config.apply": ({ params: { raw, ...params }, ...call }) =>
      configDesk.write({ method: "config.apply", kind: "replace", raw, ...callerOf(call), ...given(params) }),

    "config.patch": ({ params: { raw, ...params }, ...call }) =>
      configDesk.write({ method: "config.patch", kind: "merge", raw, ...callerOf(call), ...given(params) }),
  });
}
