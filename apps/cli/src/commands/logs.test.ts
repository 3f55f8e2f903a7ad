import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { RpcError } from "@openclaw/client";
import { describe, expect, test } from "vitest";

import { configFor, createDownSite, createTestSite } from "../testing/gateway.ts";

function record(time: string, level: string, subsystem: string, text: string): string {
  const name = JSON.stringify({ subsystem });
  return JSON.stringify({ 0: name, 1: text, _meta: { name, date: time, logLevelName: level }, time });
}

const LINES = [
  record("2026-11-22T11:50:00.000Z", "INFO", "gateway", "listening on ws://127.0.0.1:18789"),
  record("2026-11-22T11:50:44.980Z", "ERROR", "gateway/channels/telegram", "webhook cleanup failed"),
  "not json",
];

function tail(lines: readonly string[], more: object = {}) {
  return {
    file: "/logs/openclaw.log",
    cursor: 100,
    size: 100,
    lines,
    truncated: false,
    reset: false,
    ...more,
  };
}

describe("logs", () => {
  test("names the file and prints time, level, subsystem and message", async () => {
    await using site = await createTestSite({ "logs.tail": () => tail(LINES) });
    const { code, stdout, stderr } = await site.openclaw(["logs", "--limit", "3"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "Log file: /logs/openclaw.log",
      "2026-11-22T11:50:00.000Z info gateway listening on ws://127.0.0.1:18789",
      "2026-11-22T11:50:44.980Z error gateway/channels/telegram webhook cleanup failed",
      "not json",
      "",
    ]);
    expect(site.gateway.requests.at(-1)?.params).toEqual({ limit: 3, maxBytes: 250_000 });
  });

  test("falls back to the default for numbers that are none", async () => {
    await using site = await createTestSite({ "logs.tail": () => tail([]) });
    await site.openclaw(["logs", "--limit", "many", "--max-bytes", "-1"]);
    expect(site.gateway.requests.at(-1)?.params).toEqual({ limit: 200, maxBytes: 250_000 });
  });

  test("prints one object per line under --json, the raw line included", async () => {
    await using site = await createTestSite({ "logs.tail": () => tail(LINES, { truncated: true }) });
    const { stdout } = await site.openclaw(["logs", "--json"]);
    const objects = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(objects).toMatchObject([
      { type: "meta", file: "/logs/openclaw.log", cursor: 100, size: 100 },
      { type: "notice", message: "Log tail truncated (increase --max-bytes)." },
      { type: "log", level: "info", subsystem: "gateway", raw: LINES[0] },
      { type: "log", time: "2026-11-22T11:50:44.980Z", level: "error", message: "webhook cleanup failed" },
      { type: "raw", raw: "not json" },
    ]);
  });

  test("says on stderr when lines are missing or the file was rotated", async () => {
    await using site = await createTestSite({
      "logs.tail": () => tail([], { truncated: true, reset: true }),
    });
    expect((await site.openclaw(["logs"])).stderr).toBe(
      "Log tail truncated (increase --max-bytes).\nLog cursor reset (file rotated).\n",
    );
  });

  describe("says that lines are not shown", () => {
    const READ = "Only the newest 5000 lines were read; older ones are in the file.\n";
    const TRUNCATED = "Log tail truncated (increase --max-bytes).\n";
    const many = (count: number) => [...Array<string>(count - LINES.length).fill(line(0)), ...LINES];
    const line = (minute: number) =>
      record(`2026-11-22T11:${String(minute).padStart(2, "0")}:00.000Z`, "INFO", "gateway", "tick");

    test.each<[string, readonly string[], ReturnType<typeof tail>, string]>([
      ["never beside a limit that is reached", ["--limit", "3"], tail(LINES, { truncated: true }), ""],
      ["when there are fewer than asked for", ["--limit", "4"], tail(LINES, { truncated: true }), TRUNCATED],
      ["never when the log has no more", ["--limit", "4"], tail(LINES), ""],
      ["when no answer holds as many", ["--limit", "6000"], tail(many(5_000)), READ],
      ["when more may match further back", ["--level", "error"], tail(many(5_000)), READ],
      ["never when enough match", ["--level", "error", "--limit", "1"], tail(many(5_000)), ""],
      [
        "when the bytes are too few that were asked for",
        ["--level", "error", "--max-bytes", "1000"],
        tail(LINES, { truncated: true }),
        TRUNCATED,
      ],
      [
        "never when the lines go back to the time that is asked for",
        ["--since", "2026-11-22T11:50:30Z"],
        tail(LINES, { truncated: true }),
        "",
      ],
      [
        "when they do not",
        ["--since", "2026-11-22T10:00:00Z"],
        tail(LINES, { truncated: true }),
        READ.replace("5000", "3"),
      ],
    ])("%s", async (_when, words, answer, notice) => {
      await using site = await createTestSite({ "logs.tail": () => answer });
      expect((await site.openclaw(["logs", ...words])).stderr).toBe(notice);
    });
  });

  test("takes its limit for that of the lines that match, however far back they are", async () => {
    const error = (text: string) => record("2026-11-22T11:00:00.000Z", "ERROR", "gateway", text);
    const rest = Array<string>(300).fill(LINES[0] ?? "");
    await using site = await createTestSite({
      "logs.tail": () => tail([error("one"), error("two"), error("three"), ...rest]),
    });
    const { stdout } = await site.openclaw(["logs", "--level", "error", "--limit", "2"]);
    expect(stdout).toMatch(/ two\n.* three\n$/);
    expect(stdout).not.toContain("one");
    expect(site.gateway.requests.at(-1)?.params).toEqual({ limit: 5_000, maxBytes: 1_000_000 });
  });

  test("shortens the time and colours the level on a terminal, unless --plain", async () => {
    await using site = await createTestSite({ "logs.tail": () => tail(LINES.slice(1, 2)) });
    const pretty = await site.openclaw(["logs"], { isTerminal: true });
    expect(pretty.stdout).toContain("\u001B[90m11:50:44\u001B[39m \u001B[31merror\u001B[39m");
    const plain = await site.openclaw(["logs", "--plain"], { isTerminal: true });
    expect(plain.stdout).toContain("2026-11-22T11:50:44.980Z error gateway/channels/telegram");
    const dull = await site.openclaw(["logs", "--no-color"], { isTerminal: true });
    expect(dull.stdout).toContain("11:50:44 error gateway/channels/telegram");
  });

  test.each([
    [["--level", "warn"], ["webhook cleanup failed"]],
    [["--subsystem", "gateway/channels"], ["webhook cleanup failed"]],
    [["--since", "2026-11-22T11:50:30Z"], ["webhook cleanup failed"]],
    [
      ["--since", "1h"],
      ["listening", "webhook cleanup failed"],
    ],
  ])("%j keeps only what was asked for", async (words, kept) => {
    await using site = await createTestSite({ "logs.tail": () => tail(LINES) });
    const now = () => Date.parse("2026-11-22T12:00:00Z");
    const { stdout } = await site.openclaw(["logs", ...words], { now });
    const lines = stdout.trimEnd().split("\n").slice(1);
    expect(lines).toHaveLength(kept.length);
    for (const [at, text] of kept.entries()) expect(lines[at]).toContain(text);
  });

  test.each([
    [["--level", "loud"], "invalid --level: loud"],
    [["--since", "yesterday"], "invalid --since: yesterday"],
  ])("%j is refused", async (words, message) => {
    await using site = await createTestSite();
    const { code, stderr } = await site.openclaw(["logs", ...words]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  test("with the gateway down says why and what to type next", async () => {
    await using site = await createDownSite();
    const { code, stdout, stderr } = await site.openclaw(["logs"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.split("\n")).toEqual([
      "Gateway not reachable. Is it running and accessible?",
      "Error: gateway closed (1006 abnormal closure (no close frame)): no close reason",
      `Gateway target: ws://127.0.0.1:${site.port}`,
      "Source: local loopback",
      "Config: ~/.openclaw/openclaw.json",
      "Bind: loopback",
      "Hint: run `openclaw doctor`.",
      "Next: start it with: openclaw gateway",
      "",
    ]);
  });

  test("with the gateway down shows the end of its file, then why", async () => {
    await using site = await createDownSite();
    const file = join(site.home, "own.log");
    await writeFile(file, `${LINES.join("\n")}\n`);
    await site.configure({ ...configFor(site.port), logging: { file: "~/own.log" } });
    const text = await site.openclaw(["logs", "--level", "error", "--plain"]);
    expect(text).toMatchObject({
      code: 1,
      stdout: `Log file: ~/own.log\n2026-11-22T11:50:44.980Z error gateway/channels/telegram webhook cleanup failed\n`,
      stderr: expect.stringMatching(/^Gateway not reachable/),
    });
    const json = await site.openclaw(["logs", "--limit", "1", "--json"]);
    const values = json.stdout.trimEnd().split("\n");
    expect(values.map((line) => JSON.parse(line) as object)).toMatchObject([
      { type: "meta", file },
      { type: "raw", raw: "not json" },
      { ok: false, error: { code: "unreachable" } },
    ]);
    // What another machine logs is not here.
    const away = await site.openclaw(["logs", "--url", `ws://127.0.0.1:${site.port}`, "--token", "other"]);
    expect(away).toMatchObject({ code: 1, stdout: "" });
  });

  test("with a wrong token under --json gives both streams an object", async () => {
    await using site = await createTestSite();
    const { code, stdout, stderr } = await site.openclaw(["logs", "--json", "--token", "wrong"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "unauthorized" } });
    expect(JSON.parse(stderr)).toMatchObject({
      type: "error",
      message: "Gateway not reachable. Is it running and accessible?",
      error: expect.stringContaining("unauthorized: gateway token mismatch"),
      hint: "Hint: run `openclaw doctor`.",
    });
  });
});

test("a gateway that cannot read its log is not called unreachable", async () => {
  const error = new RpcError("UNAVAILABLE", "log read failed: EACCES");
  await using site = await createTestSite({ "logs.tail": () => Promise.reject(error) });
  const text = await site.openclaw(["logs"]);
  expect(text).toMatchObject({ code: 1, stderr: "Error: log read failed: EACCES\n" });
  const json = await site.openclaw(["logs", "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
});

describe("logs --follow", () => {
  test("goes on from the last cursor and ends quietly when nobody reads any more", async () => {
    let closed = false;
    const batches = [
      tail(LINES.slice(0, 1)),
      tail(LINES.slice(1, 2), { cursor: 200 }),
      tail([], { cursor: 200 }),
    ];
    await using site = await createTestSite({
      "logs.tail": () => batches.shift() ?? tail([], { cursor: 200 }),
    });
    const { code, stderr } = await site.openclaw(["logs", "--follow", "--interval", "5"], {
      onOutput: (text) => (closed ||= text.includes("webhook")),
      isOutputClosed: () => closed,
    });
    expect(code).toBe(0);
    expect(stderr).toBe("openclaw logs: output stdout closed (EPIPE). Stopping tail.\n");
    expect(site.gateway.requests.map(({ params }) => params)).toEqual([
      { limit: 200, maxBytes: 250_000, position: "end" },
      { limit: 5_000, maxBytes: 250_000, cursor: 100 },
    ]);
    expect(site.gateway.connects).toHaveLength(1);
  });

  test("says where lines are missing, and how many", async () => {
    const numbered = (seq: number, pid = 7) => {
      const name = JSON.stringify({ subsystem: "gateway" });
      const meta = { name, logLevelName: "INFO", pid, seq };
      return JSON.stringify({ 0: name, 1: `line ${seq}`, _meta: meta, time: "2026-11-22T11:50:00.000Z" });
    };
    let closed = false;
    const batches = [tail([numbered(1), numbered(2)]), tail([numbered(6), numbered(7), numbered(1, 8)])];
    await using site = await createTestSite({ "logs.tail": () => batches.shift() ?? tail([]) });
    const { stdout } = await site.openclaw(["logs", "--follow", "--json", "--interval", "5"], {
      onOutput: (text) => (closed ||= text.includes('"pid":8')),
      isOutputClosed: () => closed,
    });
    const [, ...shown] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { message: string });
    expect(shown.map(({ message }) => message)).toEqual([
      "line 1",
      "line 2",
      "3 lines are missing: they were deleted before they could be read.",
      "line 6",
      "line 7",
      "line 1",
    ]);
  });

  test("ends with 130 on Ctrl-C", async () => {
    const controller = new AbortController();
    await using site = await createTestSite({ "logs.tail": () => tail(LINES) });
    const { code, stderr } = await site.openclaw(["logs", "--follow"], {
      onOutput: () => controller.abort(),
      interruption: controller.signal,
    });
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
  });

  test("fails at once when the gateway is not there to begin with", async () => {
    await using site = await createDownSite();
    const { code, stderr } = await site.openclaw(["logs", "--follow"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Gateway not reachable/);
  });
});
