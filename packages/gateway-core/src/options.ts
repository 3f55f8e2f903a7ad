import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { TailnetWhois } from "@openclaw/auth";
import type { GatewayFlags, GatewaySettings, LoadedConfig, Paths } from "@openclaw/config";
import type { LogLevels } from "@openclaw/protocol";
import type { ReloadPart, WatchMode } from "@openclaw/reload";
import type { GatewayMemory } from "./memory.ts";
import type { TrafficLogStyle } from "./traffic/traffic-log.ts";

/** Where the gateway writes what operators should see. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;

/** A configuration that an application has already read, checked and completed. */
export interface PreparedConfig {
  readonly loaded: LoadedConfig;
  readonly settings: GatewaySettings;
  /** The file could not be used, this is what the last gateway ran with: told until a file is taken over. @default false */
  readonly isLastGood?: boolean;
}

interface CommonOptions {
  /** Environment that `${VAR}` and credentials are taken from. @default none */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Overrides as the command line gives them. */
  readonly flags?: GatewayFlags;
  /** Port to listen on, over every setting; 0 takes any free one, see `Gateway.address`. */
  readonly port?: number;
  /** Live on this server instead of own sockets: its upgrades are heard, its requests come by `handleRequest`. */
  readonly server?: Server;
  /** Path of the WebSockets on `server`; upgrades elsewhere stay the host's. @default "/" */
  readonly webSocketPath?: string;
  /** @default silent */
  readonly logger?: Logger;
  /** Logger of one part, such as `gateway/ws`. @default `logger` for every part */
  readonly subsystem?: (name: string) => Logger;
  /** What the logger of `gateway/ws` is told of the traffic. @default "slow" */
  readonly trafficLog?: TrafficLogStyle;
  /** The log file in use, for `logs.tail`. @default none */
  readonly logFile?: () => string | undefined;
  /** From which severity on something is logged now, for `status`. @default not told */
  readonly logLevels?: () => LogLevels;
  /** Asks the tailnet daemon whose an address is, for `gateway.auth.allowTailscale`. @default nobody is confirmed */
  readonly whois?: TailnetWhois;
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
  /**
   * Closes this gateway and starts a new one in its place, because a client asks for it or wrote a setting that only a
   * start takes over. Resolves when this gateway goes on instead. @default such settings wait for the next start, and
   * answers say so
   */
  readonly onRestartRequested?: (request: RestartRequest) => Promise<void>;
  /**
   * Parts of the host that follow settings of a gateway with a configuration file: taken over together with the
   * gateway's own, all of them or none. @default none
   */
  readonly reloadParts?: readonly ReloadPart<LoadedConfig>[];
  /** A configuration was read from its files, before anything of it is used or logged. @default nothing */
  readonly onConfigRead?: (config: LoadedConfig) => void;
  /** How edits of the files are noticed; `polling` where the system tells of none. @default "events" */
  readonly watchMode?: WatchMode;
  /**
   * Processes that had to go so that this gateway can have its port, e.g. `pid 4242 (node)`: for the audit log.
   * @default none
   */
  readonly stoppedProcesses?: readonly string[];
  /** `Gateway.memory` of the gateway this one takes the place of. @default nothing to remember */
  readonly memory?: GatewayMemory;
}

/** A restart that a gateway asks its host for. */
export interface RestartRequest {
  /** The method that asks, such as `config.patch` or `gateway.restart.request`. */
  readonly reason: string;
}

/** A gateway whose configuration is a value of the host program. */
export interface EmbeddedOptions extends CommonOptions {
  /** Same keys as the configuration file; checked as a file would be. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Folder for durable state. @default everything lives in memory and ends with the gateway */
  readonly stateDir?: string;
  readonly paths?: undefined;
  readonly prepared?: undefined;
}

/** A gateway of an installation: configuration file and state folder. */
export interface InstalledOptions extends CommonOptions {
  readonly paths: Paths;
  /** The file as read already. @default read at start */
  readonly prepared?: PreparedConfig;
  readonly config?: undefined;
  readonly stateDir?: undefined;
}

export type GatewayOptions = EmbeddedOptions | InstalledOptions;

/** Where a started gateway can be reached. */
export interface GatewayAddress {
  readonly port: number;
  readonly hosts: readonly string[];
  /** e.g. `ws://127.0.0.1:18789` */
  readonly url: string;
  /** e.g. `http://127.0.0.1:18789` */
  readonly httpUrl: string;
}

export interface CloseOptions {
  /** How long running answers may go on, in ms. @default 0: they end as aborted, with what they said so far */
  readonly graceMs?: number;
  /** Told to the clients. @default "gateway stopping" */
  readonly reason?: "gateway stopping" | "gateway restarting";
  /** With a restart: when clients may come back. */
  readonly restartExpectedMs?: number;
  /** With a restart that a signal asked for: which one. */
  readonly restartSignal?: string;
  /** Own sockets listen on for the gateway that is started with this one's memory. @default false */
  readonly keepsListening?: boolean;
}

/** One gateway. Any number of them live in a process; none touches signals, environment or exit. */
export interface Gateway {
  /**
   * Binds, recovers the state and serves. Call once.
   * @throws {GatewayError} CONFIG_REFUSED, PORT_BUSY, BIND_FAILED, STATE_IN_USE, STATE_UNUSABLE; nothing is left open then
   */
  start(): Promise<GatewayAddress>;
  /** Undefined before `start()` and after `close()`. */
  readonly address: GatewayAddress | undefined;
  /** For the gateway that takes the place of this one; see `GatewayOptions.memory`. */
  readonly memory: GatewayMemory;
  /** New for every start; `/healthz` shows it to callers of this machine. */
  readonly instanceId: string;
  /**
   * Answers a request if its path is one of the gateway's (`/health`, `/v1/…`), and says whether it did.
   * For hosts that pass their own `server`.
   */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Says goodbye to every client (`shutdown`, then close 1012), ends runs, flushes and releases everything.
   * Idempotent; a second call waits for the first.
   */
  close(options?: CloseOptions): Promise<void>;
}
