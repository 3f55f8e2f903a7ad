import type { ServiceNames } from "../service-names.ts";
import type { Variables } from "../supervisor.ts";
import { servicePath } from "./service-path.ts";

/** What the environment of a service is made of. */
export interface ServiceEnvironmentOptions {
  /** The caller's. */
  readonly env: Variables;
  readonly home: string;
  readonly tmpDir: string;
  readonly port: number;
  readonly names: ServiceNames;
  /** Release of the command that installs. */
  readonly version: string;
}

const COPIED = ["OPENCLAW_PROFILE", "OPENCLAW_STATE_DIR", "OPENCLAW_CONFIG_PATH"] as const;

/**
 * The variables of the gateway's service. They say where things are; secrets are never among them, as everybody on the
 * machine can read a service (T-LOG-06): the gateway finds its own in the configuration.
 *
 * Docs: runbook.md#service
 */
export function serviceEnvironment(options: ServiceEnvironmentOptions): Readonly<Record<string, string>> {
  const { env, home, tmpDir, port, names, version } = options;
  const copied = COPIED.flatMap((name) => {
    const value = env[name]?.trim() ?? "";
    return value === "" ? [] : [[name, value] as const];
  });
  return {
    HOME: home,
    TMPDIR: env["TMPDIR"]?.trim() || tmpDir,
    PATH: servicePath(env, home).join(":"),
    ...Object.fromEntries(copied),
    OPENCLAW_GATEWAY_PORT: String(port),
    OPENCLAW_SYSTEMD_UNIT: names.systemdUnit,
    OPENCLAW_SERVICE_MARKER: "openclaw",
    OPENCLAW_SERVICE_KIND: "gateway",
    OPENCLAW_SERVICE_VERSION: version,
  };
}
