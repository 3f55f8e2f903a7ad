import { ServiceError } from "./errors.ts";
import type { Variables } from "./supervisor.ts";

/** What the gateway of one profile is called on each platform. */
export interface ServiceNames {
  /** Absent for the default profile. */
  readonly profile?: string;
  /** With its `.service`. */
  readonly systemdUnit: string;
  readonly launchdLabel: string;
  readonly windowsTask: string;
  readonly description: string;
}

// What systemd allows in the name of a unit; no slash, so that it stays one file in one folder.
const UNIT_NAME = /^[A-Za-z0-9:_.@-]{1,200}$/;

/**
 * The names of a profile's service. `OPENCLAW_SYSTEMD_UNIT`, `OPENCLAW_LAUNCHD_LABEL` and `OPENCLAW_WINDOWS_TASK_NAME`
 * override them, everywhere alike. Docs: runbook.md#service
 *
 * @throws {ServiceError} invalid_value: a name that is no name of a unit
 */
export function serviceNames(env: Variables, version?: string): ServiceNames {
  const name = env["OPENCLAW_PROFILE"]?.trim() ?? "";
  const profile = name === "" || name.toLowerCase() === "default" ? undefined : name;
  const suffix = profile === undefined ? "" : `-${profile}`;
  const unit = chosen(env, "OPENCLAW_SYSTEMD_UNIT") ?? `openclaw-gateway${suffix}`;
  const systemdUnit = unit.endsWith(".service") ? unit : `${unit}.service`;
  if (!UNIT_NAME.test(systemdUnit) || systemdUnit.startsWith("."))
    throw new ServiceError(
      "invalid_value",
      `${JSON.stringify(systemdUnit)} is no name for a systemd unit (letters, digits, ":", "_", ".", "@", "-")`,
      { hints: ["unset OPENCLAW_SYSTEMD_UNIT, or set it to a plain name such as openclaw-gateway"] },
    );
  const facts = [
    ...(profile === undefined ? [] : [`profile: ${profile}`]),
    ...(version === undefined ? [] : [`v${version}`]),
  ];
  return {
    ...(profile !== undefined && { profile }),
    systemdUnit,
    launchdLabel: chosen(env, "OPENCLAW_LAUNCHD_LABEL") ?? `ai.openclaw.${profile ?? "gateway"}`,
    windowsTask:
      chosen(env, "OPENCLAW_WINDOWS_TASK_NAME") ??
      `OpenClaw Gateway${profile === undefined ? "" : ` (${profile})`}`,
    description: `OpenClaw Gateway${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`,
  };
}

function chosen(env: Variables, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
