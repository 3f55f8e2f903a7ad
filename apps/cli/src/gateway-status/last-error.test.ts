import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type FakeAnswer, fakeTools } from "@openclaw/service/testing";
import { describe, expect, test } from "vitest";

import { createTestHome } from "../testing/command-line.ts";
import { configFor, freePort } from "../testing/gateway.ts";

const FAILED = "LoadState=loaded\nActiveState=failed\nSubState=failed\nExecMainStatus=1\nResult=exit-code\n";
const STOPPED = "LoadState=loaded\nActiveState=inactive\nSubState=dead\nExecMainStatus=0\nResult=success\n";
const RUNNING = "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4242\nResult=success\n";
const BLOCKED =
  "Gateway start blocked: set gateway.mode=local (current: remote) or pass --allow-unconfigured.";

interface Situation {
  /** What systemd says about the service. */
  readonly show: string;
  /** What its journal holds; `null` where there is none. */
  readonly journal: string | null;
  /** Lines of the gateway's own log. */
  readonly log?: readonly string[];
}

async function statusIn({ show, journal, log }: Situation) {
  await using home = await createTestHome();
  await using tools = await fakeTools();
  await tools.add("systemctl", { show: { stdout: `${show}UnitFileState=enabled\n` } });
  // The first word that is no flag is the unit.
  const said: FakeAnswer = journal === null ? { code: 1, stderr: "No journal files" } : { stdout: journal };
  await tools.add("journalctl", { "openclaw-gateway.service": said });
  const port = await freePort();
  const file = join(home.home, "gateway.log");
  await home.configure({ ...configFor(port), logging: { file } });
  if (log)
    await writeFile(file, log.map((message) => `${JSON.stringify({ 0: message, time: "t" })}\n`).join(""));
  const folder = join(home.home, ".config/systemd/user");
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "openclaw-gateway.service"),
    `[Service]\nExecStart=/usr/bin/node /x.js gateway --port ${port}\n`,
  );
  const facts = { tools: tools.folder };
  const { stderr } = await home.openclaw(["gateway", "status"], facts);
  const { stdout } = await home.openclaw(["gateway", "status", "--json"], facts);
  const { lastError } = JSON.parse(stdout) as { lastError?: string };
  const lines = stderr.split("\n").filter((line) => line.startsWith("Last gateway error: "));
  return { lastError, lines };
}

describe("the last error of a service that does not serve", () => {
  test.each<[string, Situation, string]>([
    [
      "is the newest telling line of the journal",
      { show: FAILED, journal: `Gateway failed to start: before\nstarting\n${BLOCKED}\n  at somewhere\n` },
      BLOCKED,
    ],
    [
      "is told also when it seems to run and nobody listens",
      { show: RUNNING, journal: "refusing to bind gateway to lan without auth.\n" },
      "refusing to bind gateway to lan without auth.",
    ],
    [
      "comes out of the gateway's own log where there is no journal",
      { show: FAILED, journal: null, log: ["starting", BLOCKED, "bye"] },
      BLOCKED,
    ],
    [
      "is the newest line of all where none tells more",
      { show: FAILED, journal: "starting\nbus error\n" },
      "bus error",
    ],
    [
      "cannot draw on the terminal, and ends somewhere",
      { show: FAILED, journal: `Gateway failed to start: \u001b[2J${"x".repeat(1_000)}\n` },
      `Gateway failed to start: \\u{1b}[2J${"x".repeat(366)}`,
    ],
  ])("%s", async (_what, situation, text) => {
    expect(await statusIn(situation)).toEqual({ lastError: text, lines: [`Last gateway error: ${text}`] });
  });

  test.each<[string, Situation]>([
    ["that was stopped in order", { show: STOPPED, journal: `${BLOCKED}\n` }],
    ["that has said nothing", { show: FAILED, journal: "" }],
  ])("is not made up for one %s", async (_what, situation) => {
    expect(await statusIn(situation)).toEqual({ lastError: undefined, lines: [] });
  });
});
