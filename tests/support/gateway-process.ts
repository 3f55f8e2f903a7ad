import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
export const cli = join(root, "apps/cli/bin/openclaw.js");

/** Whether this machine can give a command a terminal (`script` of util-linux). */
export const hasTerminal = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

/** A free port of this machine. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user of this machine: an own home folder, removed afterwards, and nothing else in the environment. */
export class TemporaryUser implements AsyncDisposable {
  readonly home: string;
  readonly #children = new Set<ChildProcess>();

  private constructor(home: string) {
    this.home = home;
  }

  static async create(): Promise<TemporaryUser> {
    return new TemporaryUser(await mkdtemp(join(tmpdir(), "openclaw-home-")));
  }

  env(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: this.home,
      TMPDIR: this.home,
      TZ: "UTC",
      NO_COLOR: "1",
      // No test speaks on the network of the machine that it runs on.
      OPENCLAW_DISABLE_BONJOUR: "1",
      ...extra,
    };
  }

  /** Types `openclaw …`; resolves when it ends. */
  openclaw(
    args: readonly string[],
    options: { env?: Record<string, string>; input?: string } = {},
  ): Promise<CommandResult> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [cli, ...args],
        { env: this.env(options.env), cwd: this.home, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : (child.exitCode ?? null), stdout, stderr }),
      );
      if (options.input !== undefined) child.stdin?.end(options.input);
    });
  }

  /** Starts a command that stays. */
  spawn(args: readonly string[], env: Record<string, string> = {}, umask?: string): ChildProcess {
    // A process cannot be given a mask of its own; a shell can set one and become the process.
    const [command, ...before] =
      umask === undefined
        ? [process.execPath]
        : ["sh", "-c", `umask ${umask}; exec "$0" "$@"`, process.execPath];
    return this.#own(
      spawn(command ?? process.execPath, [...before, cli, ...args], {
        env: this.env(env),
        cwd: this.home,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** Starts a command as a person does: with a terminal, which `script` provides. */
  spawnOnTerminal(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const command = [process.execPath, cli, ...args]
      .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
      .join(" ");
    return this.#own(spawn("script", ["-qec", command, "/dev/null"], { env: this.env(env), cwd: this.home }));
  }

  /** Starts `openclaw --dev gateway` and waits until it listens. */
  async startGateway(
    options: { port?: number; args?: readonly string[]; env?: Record<string, string>; umask?: string } = {},
  ): Promise<GatewayProcess> {
    const port = options.port ?? (await freePort());
    const args = [
      "--dev",
      "gateway",
      "--allow-unconfigured",
      "--port",
      String(port),
      ...(options.args ?? []),
    ];
    const child = this.spawn(args, options.env, options.umask);
    const output = collect(child);
    await Promise.race([
      waitFor(output, /listening on ws:\/\//),
      once(child, "exit").then(([code]) => {
        throw new Error(`the gateway ended with ${String(code)} before it listened:\n${output.text}`);
      }),
    ]);
    const file = await readFile(join(this.home, ".openclaw-dev", "openclaw.json"), "utf8");
    const token = /"?token"?\s*:\s*"([0-9a-f]{48})"/.exec(file)?.[1] ?? "";
    return { child, port, token, url: `ws://127.0.0.1:${port}`, httpUrl: `http://127.0.0.1:${port}`, output };
  }

  #own(child: ChildProcess): ChildProcess {
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#children].map((child) => kill(child, "SIGKILL")));
    await rm(this.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly token: string;
  readonly url: string;
  readonly httpUrl: string;
  readonly output: Output;
}

/** Everything a child has printed so far. */
export interface Output {
  readonly text: string;
  onText(listener: () => void): () => void;
}

export function collect(child: ChildProcess): Output {
  let text = "";
  const listeners = new Set<() => void>();
  const add = (chunk: Buffer) => {
    text += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  return {
    get text() {
      return text;
    },
    onText: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Resolves as soon as the output matches. */
export function waitFor(output: Output, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve) => {
    const look = () => {
      const match = pattern.exec(output.text);
      if (!match) return;
      stop();
      resolve(match);
    };
    const stop = output.onText(look);
    look();
  });
}

/** Sends a signal and waits for the end; gives the exit code or the signal that ended it. */
export async function kill(
  child: ChildProcess,
  signal: NodeJS.Signals,
): Promise<number | NodeJS.Signals | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  child.kill(signal);
  const [code, by] = await ended;
  return code ?? by;
}
