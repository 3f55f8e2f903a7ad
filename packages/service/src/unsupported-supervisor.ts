import { ServiceError } from "./errors.ts";
import type { ServiceState, Supervisor, SupervisorWords } from "./supervisor.ts";

/** What is known about a supervisor that has no adapter yet. */
export interface UnsupportedOptions extends SupervisorWords {
  readonly name: string;
  /** As it reads behind "not supported on". */
  readonly platform: string;
}

const NOWHERE: ServiceState = {
  loaded: false,
  command: undefined,
  runtime: { status: "unknown", detail: "services are not supported on this platform" },
};

/** A platform whose supervisor is not supported yet: says so instead of half doing it. */
export class UnsupportedSupervisor implements Supervisor {
  readonly label: string;
  readonly loadedText: string;
  readonly notLoadedText: string;
  readonly name: string;
  readonly startCommand = "openclaw gateway";
  readonly stopCommand = "openclaw gateway stop";
  readonly logCommand = "openclaw logs --follow";
  readonly #platform: string;

  constructor({ label, loadedText, notLoadedText, name, platform }: UnsupportedOptions) {
    this.label = label;
    this.loadedText = loadedText;
    this.notLoadedText = notLoadedText;
    this.name = name;
    this.#platform = platform;
  }

  // There is no service that could not hold it.
  check = () => {};
  install = () => this.#refuse();
  uninstall = () => this.#refuse();
  start = () => this.#refuse();
  stop = () => this.#refuse();
  restart = () => this.#refuse();
  isLoaded = () => this.#refuse();
  isExpected = () => Promise.resolve(false);
  readCommand = () => Promise.resolve(undefined);
  lastLines = () => Promise.resolve([]);
  neighbours = () => Promise.resolve([]);
  readRuntime = () => Promise.resolve(NOWHERE.runtime);
  look = () => Promise.resolve(NOWHERE);

  #refuse(): Promise<never> {
    return Promise.reject(
      new ServiceError("unsupported", `Gateway service install not supported on ${this.#platform}`, {
        hints: ["run it in the foreground, or under a supervisor of your own: openclaw gateway"],
      }),
    );
  }
}
