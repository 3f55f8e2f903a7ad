import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collect, freePort, kill, TemporaryUser, waitFor } from "../support/gateway-process.ts";
import { ManagedUser, whyNoUserManager } from "../support/user-manager.ts";

const UNIT = "openclaw-gateway.service";
const TOKEN = "crash-secret-0123456789abcdef";
/** A secret that no configuration names: only its form gives it away. */
const BOT_TOKEN = "7012345678:AAH-crash-canary-0123456789abcdefghi";

interface Report {
  readonly version: string;
  readonly ts: string;
  readonly reason: string;
  readonly stack: string;
  readonly uptimeMs?: number;
  readonly rssBytes?: number;
  readonly lastLines: readonly string[];
}

/** Writes a module that makes a gateway log an error with both secrets when it is sent SIGWINCH, and then fails so. */
async function fault(folder: string, failing: string): Promise<string> {
  const path = join(folder, "fault.cjs");
  const url = `https://api.example/bot${BOT_TOKEN}/getMe?token=${TOKEN}`;
  const module = `process.on("SIGWINCH", () => {
    Promise.reject(new Error("GET ${url} failed"));
    setTimeout(() => { ${failing} }, 300);
  });\n`;
  await writeFile(path, module);
  return path;
}

async function configure(home: string): Promise<void> {
  await mkdir(join(home, ".openclaw"), { recursive: true, mode: 0o700 });
  const gateway = { mode: "local", auth: { token: TOKEN } };
  await writeFile(join(home, ".openclaw/openclaw.json"), JSON.stringify({ gateway }), { mode: 0o600 });
}

/** The newest report of a home, as text. */
async function newestReport(home: string): Promise<{ readonly path: string; readonly text: string }> {
  const folder = join(home, ".openclaw/crash");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const path = join(folder, names.at(-1) ?? "");
  return { path, text: await readFile(path, "utf8") };
}

function expectNoSecret(text: string): void {
  for (const secret of [TOKEN, BOT_TOKEN]) expect(text).not.toContain(secret);
}

const FAILED_CALL = /GET https:\/\/api\.example\/bot.*\/getMe\?token=.* failed/;

describe("a crash report", () => {
  test("T-LOG-03 of an uncaught error holds the last lines, without a secret; the next start names it once", async () => {
    await using user = await TemporaryUser.create();
    await configure(user.home);
    const module = await fault(user.home, `throw new Error("upstream refused Bearer ${TOKEN}")`);
    const start = async (env: Record<string, string> = {}) => {
      const child = user.spawn(["gateway", "--port", String(await freePort())], env);
      const output = collect(child);
      await waitFor(output, /log file: /);
      return { child, output };
    };
    const { child, output } = await start({ NODE_OPTIONS: `--require=${module}` });
    child.kill("SIGWINCH");
    expect(await once(child, "exit")).toEqual([1, null]);

    const { path, text } = await newestReport(user.home);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const report = JSON.parse(text) as Report;
    expect(report.reason).toMatch(/^upstream refused Bearer /);
    expect(report.stack).toContain("fault.cjs");
    expect(report).toMatchObject({ uptimeMs: expect.any(Number), rssBytes: expect.any(Number) });
    const lines = report.lastLines.join("\n");
    expect(lines).toMatch(/listening on ws:/);
    expect(lines).toMatch(FAILED_CALL);
    const [, logFile = ""] = /log file: (\S+)/.exec(output.text) ?? [];
    const log = await readFile(logFile.replace(/^~/, user.home), "utf8");
    expect(log).toMatch(FAILED_CALL);
    for (const shown of [text, log, output.text]) expectNoSecret(shown);

    const told: boolean[] = [];
    for (let starts = 0; starts < 2; starts += 1) {
      const again = await start();
      told.push(again.output.text.includes(`the previous run crashed; report: ${path}`));
      await kill(again.child, "SIGTERM");
    }
    expect(told).toEqual([true, false]);
  });
});

const obstacle = whyNoUserManager();
const title = `a crash report of a service${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

describe.skipIf(obstacle !== undefined)(title, () => {
  test("T-LOG-03 that the watchdog killed holds the last lines before, without a secret", async () => {
    await using user = await ManagedUser.create();
    await configure(user.home);
    const port = await freePort();
    expect(await user.openclaw("gateway", "install", "--port", String(port))).toMatchObject({ code: 0 });
    const module = await fault(user.home, "const end = Date.now() + 20_000; while (Date.now() < end);");
    await user.dropIn(
      UNIT,
      `[Service]\nRestartSec=200ms\nWatchdogSec=5\nEnvironment=NODE_OPTIONS=--require=${module}\n`,
    );
    expect(await user.openclaw("gateway", "restart")).toMatchObject({ code: 0 });
    const pid = Number(await user.property(UNIT, "MainPID"));
    process.kill(pid, "SIGWINCH");
    await user.until("another gateway runs", async () => {
      const main = Number(await user.property(UNIT, "MainPID"));
      return main !== pid && main !== 0 && (await user.property(UNIT, "StatusText")).startsWith("listening");
    });

    const { text } = await newestReport(user.home);
    const report = JSON.parse(text) as Report;
    expect(report.reason).toMatch(/watchdog killed it/);
    expect(report.lastLines.join("\n")).toMatch(FAILED_CALL);
    expectNoSecret(text);
  });
});
