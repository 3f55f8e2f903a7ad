import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestHome, freePort, type TestHome } from "@openclaw/cli/testing";
import { resolvePaths } from "@openclaw/config";
import { createGateway, type Gateway } from "@openclaw/gateway-core";

/** The clock of gateway and commands stands still, so that ages and durations are the same each time. */
const NOW = Date.parse("2026-11-22T12:00:00.000Z");

const TOKEN = "golden-token-of-24-chars";

/** A home with a gateway that can be up or down, and commands typed in it. */
export class GoldenStage implements AsyncDisposable {
  readonly #home: TestHome;
  readonly #port: number;
  #gateway: Gateway | undefined;

  private constructor(home: TestHome, port: number) {
    this.#home = home;
    this.#port = port;
  }

  static async create(): Promise<GoldenStage> {
    const stage = new GoldenStage(await createTestHome(), await freePort());
    await stage.#furnish();
    return stage;
  }

  /** Starts the gateway; it has one session. */
  async start(): Promise<void> {
    const { home } = this.#home;
    const env = { HOME: home };
    const paths = resolvePaths({ env, homeDir: home, cwd: home });
    const logFile = () => this.#logPath;
    this.#gateway = createGateway({ paths, env, port: this.#port, now: () => NOW, logFile });
    await this.#gateway.start();
    // Who holds the port is told by the name of its process.
    process.title = "openclaw-gateway";
    await this.type(["agent", "--message", "hello", "--json"], 80);
  }

  async stop(): Promise<void> {
    await this.#gateway?.close();
    this.#gateway = undefined;
  }

  /** What a terminal of so many columns shows, with what differs from run to run replaced by something as long. */
  async type(words: readonly string[], columns: number): Promise<string> {
    let screen = "";
    const { code } = await this.#home.openclaw(words, {
      columns,
      env: { NO_COLOR: "1" },
      now: () => NOW,
      onScreen: (part) => (screen += part),
    });
    return `${this.#settled(screen)}exit code ${code}\n`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#home[Symbol.asyncDispose]();
  }

  get #logPath(): string {
    return join(this.#home.home, "gateway.log");
  }

  async #furnish(): Promise<void> {
    const { home } = this.#home;
    await this.#home.configure({
      gateway: { mode: "local", port: this.#port, auth: { mode: "token", token: TOKEN } },
      agents: {
        list: [
          { id: "main", default: true },
          { id: "research", name: "Research" },
        ],
      },
      channels: { telegram: { enabled: true, botToken: "123456:golden-golden-golden-golden-golden" } },
      logging: { file: "~/gateway.log" },
    });
    await chmod(join(home, ".openclaw"), 0o700);
    await chmod(join(home, ".openclaw", "openclaw.json"), 0o600);
    await writeFile(this.#logPath, LOG_LINES.map((line) => `${line}\n`).join(""));
  }

  #settled(screen: string): string {
    return screen
      .replaceAll(String(this.#port), "18789")
      .replace(/\b[0-9a-f]{64}\b/g, "0123456789abcdef".repeat(4))
      .replace(/\bpid \d+ \S+: /g, "pid 4242 me: ")
      .replace(/\bpid \d+\)/g, "pid 4242)")
      .replace(/\bOK \(\d+ms\)/g, "OK (3ms)");
  }
}

const LOG_LINES = (
  [
    ["11:50:00.120", "INFO", "gateway", "agent model: builtin/echo"],
    ["11:50:00.141", "INFO", "gateway", "listening on ws://127.0.0.1:18789, ws://[::1]:18789 (PID 4242)"],
    ["11:51:03.900", "WARN", "gateway/auth", "handshake ended"],
    [
      "11:52:40.007",
      "INFO",
      "gateway/ws",
      "⇄ res ✗ nodes.list 1ms errorCode=INVALID_REQUEST conn=2f5a9e4c…6c3f",
    ],
    ["11:53:11.500", "ERROR", "gateway/channels/telegram", "webhook clean-up failed"],
    ["11:55:00.000", "INFO", "gateway/reload", "config change detected; evaluating reload (agents.list)"],
  ] as const
).map(([at, logLevelName, subsystem, text]) => {
  const name = JSON.stringify({ subsystem });
  const time = `2026-11-22T${at}Z`;
  return JSON.stringify({ 0: name, 1: text, _meta: { name, date: time, logLevelName }, time });
});
