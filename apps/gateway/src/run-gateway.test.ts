import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import type * as Logs from "@openclaw/logs";
import { childListener } from "@openclaw/service/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runGateway } from "./run-gateway.ts";
import type { RunFlags } from "./start/flags.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

// The shared folder for logs is the same for all users of this machine: tests keep out of it.
vi.mock("@openclaw/logs", async (original) => ({
  ...(await original<typeof Logs>()),
  resolveLogFolder: async (o: { fallback: string }) => o.fallback,
}));

const printed = { out: "", err: "" };

beforeEach(() => {
  printed.out = printed.err = "";
  // One process runs a gateway once; here it is one process for all tests.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(100);
  for (const name of ["out", "err"] as const) {
    vi.spyOn(process[`std${name}`], "write").mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    });
  }
});
afterEach(() => void vi.restoreAllMocks());

interface Installation extends AsyncDisposable {
  readonly path: string;
  run(flags?: RunFlags, env?: Record<string, string>): Promise<number>;
  log(): Promise<string>;
}

/** A home of its own, so that nothing of this machine is read or written. */
async function installation(config?: unknown): Promise<Installation> {
  const folder = await temporaryFolder();
  const state = join(folder.path, "state");
  const logFile = join(folder.path, "gateway.log");
  if (config !== undefined) {
    await mkdir(state);
    const text =
      typeof config === "string"
        ? config
        : JSON.stringify({ logging: { file: logFile }, ...(config as object) });
    await writeFile(join(state, "openclaw.json"), text);
  }
  return {
    path: folder.path,
    run: (flags = {}, env = {}) =>
      runGateway({
        flags,
        env: {
          HOME: folder.path,
          OPENCLAW_HOME: folder.path,
          OPENCLAW_STATE_DIR: state,
          NO_COLOR: "1",
          ...env,
        },
      }),
    log: () => readFile(logFile, "utf8"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const LOCAL = { gateway: { mode: "local", auth: { token: "a-test-token-long-enough" } } };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("runGateway refuses to start", () => {
  test.each([
    [
      "with a configuration for remote use",
      { gateway: { mode: "remote" } },
      {},
      78,
      "Gateway start blocked: set gateway.mode=local (current: remote)",
    ],
    ["without a mode", {}, {}, 78, "Gateway start blocked: set gateway.mode=local (current: unset)"],
    ["with a file that does not parse", "{ nope", {}, 78, "Invalid config at "],
    ["with a value out of place", { gateway: { mode: "local", port: "x" } }, {}, 78, "Invalid config at "],
    [
      "on the network without a secret",
      { gateway: { mode: "local", bind: "lan", auth: { mode: "none" } } },
      {},
      78,
      "refusing to bind gateway to 0.0.0.0:18789 without auth",
    ],
    [
      "in password mode without a password",
      LOCAL,
      { auth: "password" },
      78,
      "Gateway auth is set to password, but no password is configured.",
    ],
    [
      "with an old key that nobody can move",
      { ...LOCAL, bridge: { port: 1 } },
      {},
      78,
      'Legacy config entries detected but auto-migration failed. Run "openclaw doctor" to migrate.',
    ],
    [
      "with old keys when nothing is to be written",
      { ...LOCAL, identity: { name: "Alba" } },
      { safe: true },
      78,
      "Invalid config at ",
    ],
    ["with a bad port", LOCAL, { port: "nope" }, 1, "Invalid port"],
    [
      "when a gateway that is not for development is to be reset",
      LOCAL,
      { reset: true },
      1,
      "Use --reset with --dev.",
    ],
    ["with a bad bind", LOCAL, { bind: "moon" }, 1, "Invalid --bind"],
    ["with a bad auth mode", LOCAL, { auth: "magic" }, 1, "Invalid --auth"],
    ["with a bad style of the traffic log", LOCAL, { wsLog: "loud" }, 1, "Invalid --ws-log"],
  ])("%s", async (_why, config, flags, exitCode, signature) => {
    await using place = await installation(config);
    expect(await place.run(flags)).toBe(exitCode);
    const [first] = printed.err.split("\n").filter((line) => !line.includes("[gateway]"));
    expect(first?.startsWith(signature)).toBe(true);
    expect(printed.out).not.toContain("listening on");
  });

  test("when the configuration was lost although there is state", async () => {
    await using place = await installation();
    await mkdir(join(place.path, "state"));
    await writeFile(join(place.path, "state", "gateway.sqlite"), "");
    expect(await place.run()).toBe(78);
    expect(printed.err).toMatch(/^Missing config\. Run `openclaw setup`/);
    expect(await readdir(join(place.path, "state"))).not.toContain("openclaw.json");
  });

  test("and keeps the reason in the log file, without secrets", async () => {
    const token = "canary-0123456789-canary";
    await using place = await installation({ gateway: { mode: "remote", auth: { token } } });
    await place.run();
    const log = await place.log();
    expect(log).toContain("Gateway start blocked");
    expect(log).not.toContain(token);
  });

  test("and says so when the login shell was to be asked and did not answer", async () => {
    await using place = await installation({ gateway: { mode: "remote" } });
    const env = { OPENCLAW_LOAD_SHELL_ENV: "1", OPENCLAW_SHELL_ENV_TIMEOUT_MS: "1" };
    expect(await place.run({}, env)).toBe(78);
    if (process.platform !== "win32")
      expect(printed.err).toContain("shell env fallback failed: /bin/sh did not end within 1 ms");
  });

  test("on a port that another program holds, and names it", async () => {
    await using place = await installation(LOCAL);
    await using holder = await childListener();
    expect(await place.run({ port: holder.port })).toBe(1);
    expect(printed.err).toContain(
      `another gateway instance is already listening on ws://127.0.0.1:${holder.port}`,
    );
    expect(printed.err).toContain("EADDRINUSE");
    if (process.platform === "linux") expect(printed.err).toContain(`- pid ${holder.pid} `);
  });

  test("before it stops anything: --force spares the port of a start that its configuration forbids", async () => {
    await using place = await installation({ gateway: { mode: "remote" } });
    await using holder = await childListener();
    expect(await place.run({ port: holder.port, force: 1 })).toBe(78);
    expect(() => process.kill(holder.pid, 0)).not.toThrow();
  });
});

describe("runGateway", () => {
  /** Starts, waits for the line that tools wait for, stops by signal. */
  async function startAndStop(
    place: Installation,
    flags: RunFlags,
    whileRunning: () => Promise<void> = async () => {},
  ) {
    const running = place.run(flags);
    await vi.waitFor(() => expect(printed.out).toContain("log file: "), { timeout: 10_000 });
    await whileRunning();
    process.emit("SIGTERM", "SIGTERM");
    return running;
  }

  test("says where it listens and logs, answers, and exits 0 on SIGTERM", async () => {
    await using place = await installation(LOCAL);
    const port = await freePort();
    const exitCode = await startAndStop(place, { port }, async () => {
      const response = await fetch(`http://127.0.0.1:${port}/healthz`);
      expect(await response.json()).toMatchObject({ ok: true, status: "live" });
    });
    expect(exitCode).toBe(0);
    const lines = printed.out.split("\n").map((line) => line.replace(/^\S+Z /, ""));
    expect(lines.find((line) => line.includes("listening on"))).toMatch(
      new RegExp(
        `^\\[gateway\\] listening on ws://127\\.0\\.0\\.1:${port}(, ws://\\[::1\\]:${port})? \\(PID ${process.pid}\\)$`,
      ),
    );
    expect(lines).toContain(`[gateway] log file: ${join(place.path, "gateway.log")}`);
    expect(lines).toContain("[gateway] received SIGTERM; shutting down");
    expect(process.listenerCount("SIGUSR1")).toBe(0);
  });

  test("is ready for a new installation: writes a configuration with a token and never prints it", async () => {
    await using place = await installation();
    expect(await startAndStop(place, { port: await freePort() })).toBe(0);
    const config = JSON.parse(await readFile(join(place.path, "state", "openclaw.json"), "utf8")) as {
      gateway: { mode: string; auth: { token: string } };
    };
    expect(config.gateway).toMatchObject({
      mode: "local",
      auth: { token: expect.stringMatching(/^[0-9a-f]{48}$/) },
    });
    expect(printed.out + printed.err).not.toContain(config.gateway.auth.token);
    expect(printed.out).toContain("auth token was missing. Generated a new token");
  });

  test("T-WEB-09 helps a developer to the first request without printing the token", async () => {
    await using place = await installation();
    const env = { OPENCLAW_PROFILE: "dev" };
    const port = await freePort();
    const running = place.run({ port, dev: true, allowUnconfigured: true }, env);
    await vi.waitFor(() => expect(printed.out).toContain("Try next"), { timeout: 10_000 });
    process.emit("SIGINT", "SIGINT");
    expect(await running).toBe(0);
    expect(printed.out).toContain(
      `Token: gateway.auth.token in ${join(place.path, "state", "openclaw.json")}`,
    );
    expect(printed.out).toContain("$(openclaw --dev config get gateway.auth.token --reveal)");
    expect(printed.out).toContain(`http://127.0.0.1:${port}`);
  });

  test.runIf(process.platform === "linux")("--force frees the port and starts on it", async () => {
    await using place = await installation(LOCAL);
    await using holder = await childListener();
    expect(await startAndStop(place, { port: holder.port, force: 1 })).toBe(0);
    expect(printed.out).toMatch(
      new RegExp(`force: killed pid ${holder.pid} \\(.*\\) on port ${holder.port}`),
    );
  });

  test("logs what a configuration warns of, when it starts and when that changes", async () => {
    await using place = await installation({ ...LOCAL, session: { mainKey: "mine" } });
    await startAndStop(place, { port: await freePort() }, async () => {
      expect(printed.err).toMatch(/Config warnings:\n.*- session\.mainKey: session\.mainKey is ignored/);
      const file = join(place.path, "state", "openclaw.json");
      const plugins = { entries: { ghost: { enabled: true } } };
      await writeFile(file, JSON.stringify({ ...LOCAL, plugins }));
      await vi.waitFor(() =>
        expect(printed.err).toContain("- plugins.entries.ghost: plugin not found: ghost"),
      );
    });
    expect(printed.err.split("Config warnings:")).toHaveLength(3);
  });

  test("brings keys of older releases up to date before it starts, and says so", async () => {
    const config = {
      gateway: { mode: "local", token: "a-test-token-long-enough" },
      identity: { name: "Alba" },
    };
    await using place = await installation(config);
    expect(await startAndStop(place, { port: await freePort() })).toBe(0);
    const lines = printed.out.split("\n").map((line) => line.replace(/^\S+Z /, ""));
    const first = lines.findIndex((line) => line.includes("migrated legacy config entries:"));
    expect(lines.slice(first + 1, first + 3)).toEqual([
      "[gateway] - Moved identity to agents.list.0.identity.",
      "[gateway] - Moved gateway.token to gateway.auth.token.",
    ]);
    const file = join(place.path, "state", "openclaw.json");
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      gateway: { mode: "local", auth: { mode: "token", token: "a-test-token-long-enough" } },
      agents: { list: [{ id: "main", identity: { name: "Alba" } }] },
    });
    expect(JSON.parse(await readFile(`${file}.bak`, "utf8"))).toMatchObject(config);
    expect(printed.out + printed.err).not.toContain("a-test-token-long-enough");
  });

  test("restarts in this process on SIGUSR1, with the configuration of then", async () => {
    await using place = await installation(LOCAL);
    const port = await freePort();
    const exitCode = await startAndStop(place, { port }, async () => {
      const ids = async () =>
        ((await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as { instanceId: string })
          .instanceId;
      const before = await ids();
      process.emit("SIGUSR1", "SIGUSR1");
      await vi.waitFor(() => expect(printed.out.split("listening on")).toHaveLength(3), { timeout: 10_000 });
      expect(await ids()).not.toBe(before);
    });
    expect(exitCode).toBe(0);
    expect(printed.out).toContain("restart mode: in-process restart");
  });

  test("T-SVC-04 goes on when a restart is forbidden or its configuration is invalid", async () => {
    await using place = await installation({ ...LOCAL, commands: { restart: false } });
    const config = join(place.path, "state", "openclaw.json");
    const exitCode = await startAndStop(place, { port: await freePort() }, async () => {
      process.emit("SIGUSR1", "SIGUSR1");
      await vi.waitFor(() =>
        expect(printed.err).toContain("received SIGUSR1; ignored, commands.restart is false"),
      );
      await writeFile(config, "{ broken");
      process.emit("SIGUSR2", "SIGUSR2");
      await vi.waitFor(() =>
        expect(printed.err).toContain("received SIGUSR2; restart refused: Invalid config at"),
      );
    });
    expect(exitCode).toBe(0);
  });
});
