import type { LoadedConfig } from "@openclaw/config";
import type { ReloadPart } from "@openclaw/gateway-core";
import type { LoggingSource, OpenedLogging } from "./open-logging.ts";

/** Lets the logs of this process follow the settings of a running gateway. Docs: configuration.md#logging */
export function loggingPart(logging: Pick<OpenedLogging, "prepare">): ReloadPart<LoadedConfig> {
  return {
    name: "logging",
    follows: ["logging", ".env.OPENCLAW_LOG_LEVEL"],
    provision: async (next, previous) => ({
      swap: await logging.prepare(loggingSource(next)),
      revert: await logging.prepare(loggingSource(previous)),
    }),
  };
}

/** What a configuration says about logs. */
export function loggingSource({ config, env }: LoadedConfig): LoggingSource {
  return { section: config.logging, env };
}
