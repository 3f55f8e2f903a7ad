/** Variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** One thing that was changed on this machine, and the command that takes it back. */
export interface Step {
  /** In the past tense, e.g. `Installed systemd service: ~/.config/…`. */
  readonly text: string;
  /** What to type to undo it; absent where there is nothing to undo. */
  readonly undo?: string;
}

/** What is to be kept running. */
export interface ServiceDefinition {
  /** One line for people. */
  readonly description: string;
  /** Runtime, entry script, arguments. */
  readonly program: readonly [string, ...string[]];
  readonly workingDirectory?: string;
  /** No secret belongs here: other users of the machine can read it. */
  readonly environment: Readonly<Record<string, string>>;
  /** How long a stop may take before the supervisor kills, in seconds. */
  readonly stopTimeoutSec: number;
}

/** A service as the supervisor has it on file. */
export interface ServiceCommand {
  readonly programArguments: readonly string[];
  readonly workingDirectory?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** File it was read from. */
  readonly sourcePath?: string;
}

/** How a service is, in the supervisor's words where it has some. */
export interface ServiceRuntime {
  readonly status: "running" | "stopped" | "unknown";
  readonly state?: string;
  readonly subState?: string;
  readonly pid?: number;
  readonly lastExitStatus?: number;
  readonly lastExitReason?: string;
  /** What ended the last run, e.g. `watchdog`, `exit-code`, `start-limit-hit`; absent while all is well. */
  readonly lastRunResult?: string;
  /** How often the supervisor has started it again by itself. */
  readonly restarts?: number;
  readonly detail?: string;
  /** The supervisor knows no such service. */
  readonly missingUnit?: boolean;
}

/** Words of a platform for its services. */
export interface SupervisorWords {
  readonly label: string;
  readonly loadedText: string;
  readonly notLoadedText: string;
}

/** Everything about one service in one look. */
export interface ServiceState {
  /** Whether the supervisor starts it by itself. */
  readonly loaded: boolean;
  readonly command: ServiceCommand | undefined;
  readonly runtime: ServiceRuntime;
  /** The supervisor still goes by an older text of the file. */
  readonly needsReload?: boolean;
}

/** Another service of ours: the gateway of another profile. */
export interface Neighbour {
  readonly name: string;
  readonly command: ServiceCommand;
}

/**
 * One service of one supervisor. Every step that changes the machine is returned with its undo. Docs: runbook.md#service
 *
 * Every operation rejects with a {@link ServiceError}: `unavailable` when the supervisor cannot be asked, `unsupported`
 * on a platform without an adapter, `refused` when it says no.
 */
export interface Supervisor extends SupervisorWords {
  /** The service's own name there, e.g. `openclaw-gateway.service`. */
  readonly name: string;
  /** Command that starts the service without us. */
  readonly startCommand: string;
  /** Command that stops the service without us. */
  readonly stopCommand: string;
  /** Command that shows what the service printed. */
  readonly logCommand: string;
  /** Touches nothing. @throws {ServiceError} invalid_value: a value that a service cannot hold */
  check(definition: ServiceDefinition): void;
  /** Writes the service, has it started now and from now on. */
  install(definition: ServiceDefinition): Promise<readonly Step[]>;
  /** Stops the service and removes it; no error when there is none. */
  uninstall(): Promise<readonly Step[]>;
  start(): Promise<readonly Step[]>;
  stop(): Promise<readonly Step[]>;
  restart(): Promise<readonly Step[]>;
  /** Whether the supervisor starts the service by itself. Rejects where nothing could be installed either. */
  isLoaded(): Promise<boolean>;
  /** Whether it was left to be started by itself, as files tell. Asks nobody, never rejects. */
  isExpected(): Promise<boolean>;
  /** What is on file; undefined when there is none, or none that can be read. Asks nobody. */
  readCommand(): Promise<ServiceCommand | undefined>;
  /** Other gateways of this user that are installed here as ours is. Asks nobody, never rejects. */
  neighbours(): Promise<readonly Neighbour[]>;
  /** What the service printed last, oldest line first; none where it cannot be had. Never rejects. */
  lastLines(most: number): Promise<readonly string[]>;
  /** Never rejects: a supervisor that cannot be asked is `unknown`, with the reason as `detail`. */
  readRuntime(): Promise<ServiceRuntime>;
  /** All of it with as few questions as possible; never rejects. */
  look(): Promise<ServiceState>;
}
