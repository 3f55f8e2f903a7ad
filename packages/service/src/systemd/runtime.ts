import type { ServiceRuntime } from "../supervisor.ts";

/** Properties that are asked for. */
export const RUNTIME_PROPERTIES = [
  "LoadState",
  "ActiveState",
  "SubState",
  "MainPID",
  "ExecMainStatus",
  "ExecMainCode",
  "Result",
  "NRestarts",
  "UnitFileState",
  "NeedDaemonReload",
] as const;

/** What `systemctl show` answered: names in lower case. */
export type Properties = ReadonlyMap<string, string>;

/** Takes the lines of `systemctl show` apart. */
export function parseProperties(text: string): Properties {
  const pairs = text.split("\n").flatMap((line): (readonly [string, string])[] => {
    const at = line.indexOf("=");
    return at <= 0 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()]];
  });
  return new Map(pairs);
}

/** How a service is, from its properties. */
export function runtimeOf(properties: Properties): ServiceRuntime {
  const state = textOf(properties, "activestate");
  const subState = textOf(properties, "substate");
  const pid = numberOf(properties, "mainpid");
  const lastExitStatus = numberOf(properties, "execmainstatus");
  const lastExitReason = textOf(properties, "execmaincode");
  const result = textOf(properties, "result");
  const restarts = numberOf(properties, "nrestarts");
  return {
    status: state === undefined ? "unknown" : state === "active" ? "running" : "stopped",
    ...(state !== undefined && { state }),
    ...(subState !== undefined && { subState }),
    ...(pid !== undefined && pid > 0 && { pid }),
    ...(lastExitStatus !== undefined && { lastExitStatus }),
    ...(lastExitReason !== undefined && { lastExitReason }),
    ...(result !== undefined && result !== "success" && { lastRunResult: result }),
    ...(restarts !== undefined && restarts > 0 && { restarts }),
    ...(properties.get("loadstate") === "not-found" && { missingUnit: true }),
  };
}

/** Whether systemd starts the unit by itself. */
export function isEnabled(properties: Properties): boolean {
  return ["enabled", "enabled-runtime", "linked", "linked-runtime", "static", "alias"].includes(
    properties.get("unitfilestate") ?? "",
  );
}

function textOf(properties: Properties, name: string): string | undefined {
  return properties.get(name) || undefined;
}

function numberOf(properties: Properties, name: string): number | undefined {
  const text = properties.get(name) ?? "";
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
