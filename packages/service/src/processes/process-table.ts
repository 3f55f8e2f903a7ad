/** A process, as much as is needed to name it and to be sure it is still the same one. */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  /** Opaque; a reused pid has another one. */
  readonly startTime: string;
  readonly uid: number;
  /** Name of the owner, or `uid <n>`. */
  readonly user: string;
  /** Short name of the program. */
  readonly name: string;
  /** Command line. */
  readonly command: string;
}

/** Who listens on a port. */
export interface Listeners {
  readonly holders: readonly Listener[];
  /** Owners of listening sockets whose process this user may not see. */
  readonly hiddenOwners: readonly string[];
}

/** A process that listens, and where. */
export interface Listener {
  readonly process: ProcessInfo;
  /** e.g. `127.0.0.1:18789` */
  readonly addresses: readonly string[];
}

/** What the operating system tells about processes and their sockets. */
export interface ProcessTable {
  /**
   * Who listens on a port of this machine.
   *
   * @param likelyPid looked at first: when it holds every socket of the port, nobody else is looked for
   * @throws {ProcessTableError} the system cannot be asked
   */
  listeners(port: number, likelyPid?: number): Promise<Listeners>;
  /** The process with this id now; undefined when there is none. */
  process(pid: number): Promise<ProcessInfo | undefined>;
}

/** The table cannot be read, or would show other processes than the ones we could signal. */
export class ProcessTableError extends Error {
  override readonly name = "ProcessTableError";
  readonly code = "UNAVAILABLE";
}

/** Whether a process is a gateway, going by its command line. */
export function looksLikeGateway({ command }: Pick<ProcessInfo, "command">): boolean {
  return command.includes("openclaw");
}
