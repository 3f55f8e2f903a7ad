import { createHash } from "node:crypto";
import { type LoadedConfig, redactConfig } from "@openclaw/config";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { callerOf } from "../actor.ts";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";

/** The configuration file: read, replaced, patched. */
export function configMethods({ config, configDesk }: GatewayContext): MethodHandlers {
  return defineMethods({
    "config.get": async ({ connection }) => {
      const onDisk = await configDesk.read();
      const shown = redactConfig(onDisk);
      if (connection.dialect === 3) return shown;
      return {
        ...shown,
        sourceConfig: shown.resolved,
        runtimeConfig: shown.config,
        includedPaths: onDisk.includes.map(({ path }) => path),
        configRevisionHash: revisionOf(onDisk),
        appliedConfigHash: revisionOf(config()),
      };
    },

    "config.set": ({ params: { raw, ...params }, ...call }) =>
      configDesk.write({ method: "config.set", kind: "replace", raw, ...callerOf(call), ...given(params) }),

    "config.apply": ({ params: { raw, ...params }, ...call }) =>
      configDesk.write({ method: "config.apply", kind: "replace", raw, ...callerOf(call), ...given(params) }),

    "config.patch": ({ params: { raw, ...params }, ...call }) =>
      configDesk.write({ method: "config.patch", kind: "merge", raw, ...callerOf(call), ...given(params) }),
  });
}

/** One hash for the main file and all it includes. */
function revisionOf({ hash, includes }: Pick<LoadedConfig, "hash" | "includes">): string {
  const hashes = [hash, ...includes.map((file) => file.hash)];
  return `sha256:${createHash("sha256").update(hashes.join()).digest("hex")}`;
}
