import type { ServiceCommand } from "../supervisor.ts";
import type { ParsedUnit } from "../systemd/parse-unit.ts";

/** What installing now would write, and what is on this machine. */
export interface AuditFacts {
  /** Command that installs this profile's service, e.g. `openclaw --dev gateway install --force`. */
  readonly installCommand: string;
  readonly command: ServiceCommand;
  readonly expected: {
    /** Port by configuration and environment. */
    readonly port: number;
    /** File of the command that installs. */
    readonly entry: string;
    readonly configPath: string;
    /** Folders of {@link servicePath}. */
    readonly path: readonly string[];
    readonly version: string;
    /** Token of the configuration, if it has one; never shown. */
    readonly token?: string;
  };
  /** The configuration the service itself reads. */
  readonly serviceConfigPath: string;
  readonly exists: { readonly runtime: boolean; readonly entry: boolean };
  /** A Node.js of the system that is new enough. */
  readonly systemNode?: string;
  /** Of systemd's unit; absent on other platforms. */
  readonly unit?: UnitFacts;
}

/** How much is looked at: `status` passes what an older release wrote, `full` is for repairs. */
export type AuditScope = "status" | "full";

/** A systemd unit and what it depends on. */
export interface UnitFacts {
  readonly path: string;
  readonly parsed: ParsedUnit;
  /** Whether this machine has `systemd-notify`. */
  readonly canNotify: boolean;
  /** Longest time the gateway takes to stop, with a margin, in seconds. */
  readonly stopTimeoutSec: number;
  /** systemd still runs an older text of the file. */
  readonly needsReload?: boolean;
}
