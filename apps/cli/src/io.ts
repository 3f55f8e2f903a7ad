import type { Environment } from "@openclaw/config";
import type { RunGatewayOptions, StoreReport } from "@openclaw/gateway";

/** Where a command writes. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width of the terminal, where there is one. */
  readonly columns: number | undefined;
  /** Whether nobody reads any more, as after `| head -1`. */
  isClosed(): boolean;
}

/** The gateway as a program: runs until it is told to stop, gives the exit code. */
export interface GatewayProgram {
  runGateway(options: RunGatewayOptions): Promise<number>;
  /** Looks at the state file of a gateway that does not run; commands open no state themselves. */
  checkStore(options: Pick<RunGatewayOptions, "env">): Promise<StoreReport>;
}

/** The machine as status reports show it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly release: string;
  readonly arch: string;
  readonly nodeVersion: string;
  /** Absolute path of the running Node.js, links resolved. */
  readonly nodePath: string;
  /** File of this command as it was called, links kept: a link outlives an upgrade. */
  readonly entryPath: string;
  /** Where the system's tools are. @default the folders of the system */
  readonly toolFolders?: readonly string[];
  readonly tmpDir: string;
  /** Numeric user id; absent where the system has none. */
  readonly uid: number | undefined;
  /** This process, for the record of who wrote what. */
  readonly pid: number;
  readonly ppid: number;
}

/** Everything of the process a command may touch. Only `main.ts` builds it from the real one. */
export interface Io extends Environment {
  /** Words after the program's name. */
  readonly argv: readonly string[];
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdinIsTerminal: boolean;
  /** Everything that is piped in. @throws when it is more than any command needs */
  readStdin(): Promise<string>;
  readonly machine: Machine;
  /** Epoch ms. */
  now(): number;
  /** A random UUID. */
  newId(): string;
  /** Shows a person that an answer is waited for; the function that comes of it takes the sign away. */
  waitSign(text: string): () => void;
  /** Aborted by the first Ctrl-C or SIGTERM; asking for it takes these signals over from the system. */
  interruption(): AbortSignal;
  /** Opens a file in the person's editor and waits for its end; its exit code. */
  edit(path: string): Promise<number>;
  /** Shows a page in the person's browser; false when there is none to show it in. */
  openPage(url: string): Promise<boolean>;
  /** Asks on the terminal; the line that is typed, which is not shown when it is a secret. */
  ask(question: string, kind?: "secret"): Promise<string>;
  /** Gives the process to the gateway, which handles signals and uncaught errors itself. */
  handOver(): Promise<GatewayProgram>;
  /** Loads the gateway's code for what needs no process of its own. */
  loadGateway(): Promise<Pick<GatewayProgram, "checkStore">>;
}
