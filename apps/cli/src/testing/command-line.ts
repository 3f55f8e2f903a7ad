import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Io, Output } from "../io.ts";
import { parseCommandLine } from "../program.ts";
import { runCall } from "../run-call.ts";
import { runCli } from "../run-cli.ts";
import { runFrequent } from "../run-frequent.ts";

/** What a command line did. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the process around a command line looks. */
export interface ProcessFacts {
  readonly env?: Readonly<Record<string, string>>;
  /** stdout is a terminal. @default no */
  readonly isTerminal?: boolean;
  /** Both streams go to one terminal of this width. @default no such terminal */
  readonly columns?: number;
  /** Called with everything written to either stream, as it comes. */
  readonly onScreen?: (part: string) => void;
  readonly stdinIsTerminal?: boolean;
  /** What is piped in. @default nothing */
  readonly stdin?: string;
  /** Called with everything written to stdout so far. */
  readonly onOutput?: (stdout: string) => void;
  readonly isOutputClosed?: () => boolean;
  /** Stands for Ctrl-C. */
  readonly interruption?: AbortSignal;
  readonly now?: () => number;
  /** Stands for the person in front of the editor. @default closes it at once */
  readonly edit?: (path: string) => Promise<void>;
  /** Stands for the browser. @default there is none */
  readonly openPage?: (url: string) => Promise<boolean>;
  /** Folder of programs that stand for the system's. @default one that is not there */
  readonly tools?: string;
  readonly entryPath?: string;
  /** User id of the process. @default the system has none */
  readonly uid?: number;
  /** @default Linux */
  readonly platform?: NodeJS.Platform;
  /** What is typed as answers, in turn. */
  readonly answers?: readonly string[];
}

/** A home folder of its own, in which command lines run; removed afterwards. */
export interface TestHome {
  readonly home: string;
  /** Writes `~/.openclaw/openclaw.json`; a string as it is. */
  configure(config: unknown): Promise<void>;
  /** Runs `openclaw <words>`. */
  openclaw(words: readonly string[], facts?: ProcessFacts): Promise<CommandResult>;
  [Symbol.asyncDispose](): Promise<void>;
}

const LOADERS = {
  parser: () => Promise.resolve(parseCommandLine),
  frequent: () => Promise.resolve(runFrequent),
  others: () => Promise.resolve(runCall),
};

/** Creates a {@link TestHome}. */
export async function createTestHome(): Promise<TestHome> {
  const home = await mkdtemp(join(tmpdir(), "openclaw-cli-"));
  return {
    home,
    configure: async (config) => {
      await mkdir(join(home, ".openclaw"), { recursive: true });
      const text = typeof config === "string" ? config : JSON.stringify(config);
      await writeFile(join(home, ".openclaw", "openclaw.json"), text);
    },
    openclaw: async (words, facts = {}) => {
      const { columns, onScreen, ...own } = facts;
      const screen = {
        ...(columns !== undefined && { columns, isTerminal: true }),
        ...(onScreen && { onScreen }),
      };
      const streams = { out: collector({ ...own, ...screen }), err: collector(screen) };
      const code = await runCli(testIo({ home, words, facts, streams }), LOADERS);
      return { code, stdout: streams.out.text(), stderr: streams.err.text() };
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

interface Collector {
  readonly output: Output;
  text(): string;
}

function collector(facts: ProcessFacts): Collector {
  const { isTerminal = false, columns, onScreen, onOutput, isOutputClosed = () => false } = facts;
  let text = "";
  const write = (part: string) => {
    text += part;
    onScreen?.(part);
    onOutput?.(text);
  };
  return { output: { write, isTerminal, columns, isClosed: isOutputClosed }, text: () => text };
}

interface Setting {
  readonly home: string;
  readonly words: readonly string[];
  readonly facts: ProcessFacts;
  readonly streams: { readonly out: Collector; readonly err: Collector };
}

function testIo({ home, words, facts, streams }: Setting): Io {
  let ids = 0;
  let asked = 0;
  return {
    argv: words,
    // No test asks the network of the machine that it runs on.
    env: { HOME: home, OPENCLAW_DISABLE_BONJOUR: "1", ...facts.env },
    homeDir: home,
    cwd: home,
    stdout: streams.out.output,
    stderr: streams.err.output,
    readStdin: () => Promise.resolve(facts.stdin ?? ""),
    stdinIsTerminal: facts.stdinIsTerminal ?? false,
    machine: {
      platform: facts.platform ?? "linux",
      release: "6.1.0",
      arch: "x64",
      nodeVersion: "20.20.0",
      nodePath: process.execPath,
      entryPath: facts.entryPath ?? join(home, "bin/openclaw"),
      // No tool of the real system: its services are none of a test's business.
      toolFolders: [facts.tools ?? join(home, "no-tools")],
      tmpDir: home,
      uid: facts.uid,
      pid: process.pid,
      ppid: process.ppid,
    },
    now: facts.now ?? Date.now,
    newId: () => `id-${(ids += 1)}`,
    waitSign: () => () => undefined,
    interruption: () => facts.interruption ?? new AbortController().signal,
    edit: async (path) => {
      await facts.edit?.(path);
      return 0;
    },
    openPage: facts.openPage ?? (() => Promise.resolve(false)),
    ask: () => Promise.resolve(facts.answers?.[(asked += 1) - 1] ?? ""),
    handOver: () => import("@openclaw/gateway"),
    loadGateway: () => import("@openclaw/gateway"),
  };
}
