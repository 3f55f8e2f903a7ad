import type { Methods } from "@openclaw/client";

/** What a gateway tells about its configuration. */
export type ConfigStatus = NonNullable<Methods["status"]["result"]["configStatus"]>;

/** Whether a gateway runs with what its file says. */
export interface ConfigInForce {
  readonly severity: "ok" | "warn" | "error";
  readonly text: string;
  /** The reason, then what to type; empty when all is well. */
  readonly details: readonly string[];
}

/** Says in words what a gateway runs with. Docs: configuration.md#reload */
export function configInForce(status: ConfigStatus, program: string): ConfigInForce {
  const { state, reason, safeMode, pendingRestart } = status;
  const text = "Configuration in force";
  if (state !== "applied" || safeMode) {
    const file = state === "applied" ? "the file was not used" : `the file is ${state}`;
    return {
      severity: "error",
      text: `${text}: the last good one${safeMode ? " (safe mode)" : ""}; ${file}`,
      details: [...(reason === undefined ? [] : [reason]), `Run: ${program} config validate`],
    };
  }
  if (pendingRestart.length === 0) return { severity: "ok", text: `${text}: the file's`, details: [] };
  const count = pendingRestart.length === 1 ? "1 change waits" : `${pendingRestart.length} changes wait`;
  return {
    severity: "warn",
    text: `${text}: ${count} for a restart`,
    details: [...pendingRestart, `Run: ${program} gateway restart`],
  };
}
