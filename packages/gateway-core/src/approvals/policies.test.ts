import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApprovalPolicies } from "./policies.ts";
import { hashOf, type PolicyText, textInMemory, textOnDisk } from "./policy-text.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "openclaw-policies-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = () => join(folder, "exec-approvals.json");
const auditPath = () => join(folder, "logs", "config-audit.jsonl");
const onDisk = () => textOnDisk(path(), { auditPath: auditPath(), now: () => 1_000 });

function desk(text: PolicyText = onDisk()) {
  const log: string[] = [];
  const line = (entry: string) => void log.push(entry);
  const logger = { debug: line, info: line, warn: line, error: line };
  return {
    log,
    policies: createApprovalPolicies({ text, socketPath: "/state/exec-approvals.sock", logger }),
  };
}
const EMPTY = {
  version: 1,
  socket: { path: "/state/exec-approvals.sock" },
  defaults: {},
  agents: {},
} as const;
const MINE = {
  version: 1,
  defaults: { security: "allowlist", ask: "on-miss" },
  agents: { main: { allowlist: [{ pattern: "/usr/bin/git", note: "of a newer program" }] } },
} as const;
const written = { ...MINE, agents: { main: { allowlist: [...MINE.agents.main.allowlist] } } };

describe.each([
  ["on disk", onDisk],
  ["in memory", textInMemory],
])("policies %s", (_, makeText) => {
  test("are empty at first, and the same for everybody who looks at once", async () => {
    const { policies } = desk(makeText());
    const [first, second] = await Promise.all([policies.read(), policies.read()]);
    expect(first).toMatchObject({ exists: true, file: EMPTY, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(second).toEqual(first);
  });

  test("are replaced as a whole, by who has seen the last ones", async () => {
    const { policies, log } = desk(makeText());
    const { hash } = await policies.read();
    const next = await policies.write({ file: written, baseHash: hash, actor: "actor=ada" });
    expect(next.file).toEqual({ ...MINE, socket: EMPTY.socket });
    expect(await policies.read()).toEqual(next);
    expect(log).toEqual([`exec approvals written hash=${next.hash} actor=ada`]);
    for (const [baseHash, text] of [
      [undefined, "exec approvals base hash required; re-run exec.approvals.get and retry"],
      [hash, "exec approvals changed since last load; re-run exec.approvals.get and retry"],
    ])
      await expect(policies.write({ file: { version: 1 }, baseHash, actor: "actor=eve" })).rejects.toThrow(
        text,
      );
    expect(await policies.read()).toEqual(next);
  });

  test("can be set before anybody has looked", async () => {
    const { policies } = desk(makeText());
    expect((await policies.write({ file: written, actor: "a" })).file).toEqual(MINE);
  });

  test("let one of two writers win", async () => {
    const { policies } = desk(makeText());
    const { hash } = await policies.read();
    const write = (security: "deny" | "full") =>
      policies.write({ file: { version: 1, defaults: { security } }, baseHash: hash, actor: "a" });
    const results = await Promise.allSettled([write("deny"), write("full")]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("have an end", async () => {
    const { policies } = desk(makeText());
    const agents = {
      main: { allowlist: Array.from({ length: 300 }, () => ({ pattern: "x".repeat(4_000) })) },
    };
    await expect(policies.write({ file: { version: 1, agents }, actor: "a" })).rejects.toThrow("too large");
  });
});

describe("the file", () => {
  test("T-CFG-08 is for its owner only, and every write is one line of the audit", async () => {
    const { policies } = desk();
    const { hash } = await policies.read();
    await policies.write({ file: written, baseHash: hash, actor: "actor=ada" });
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    const lines = (await readFile(auditPath(), "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { configPath: path(), actor: "exec.approvals.get", result: "rename" },
      { configPath: path(), actor: "actor=ada", result: "rename" },
    ]);
  });

  test("keeps the token of the socket, which nobody is shown", async () => {
    const socket = { path: "/s", token: "socket-token-0123456789" };
    await writeFile(path(), JSON.stringify({ version: 1, socket }));
    const { policies } = desk();
    const shown = await policies.read();
    expect(shown.file.socket).toEqual({ path: "/s" });
    const next = await policies.write({ file: shown.file, baseHash: shown.hash, actor: "a" });
    expect(JSON.stringify([shown, next])).not.toContain(socket.token);
    expect(JSON.parse(await readFile(path(), "utf8"))).toMatchObject({ socket });
  });

  test.each(["{", '{"version":2}', '{"version":1,"defaults":{"security":"everything"}}', "", "[]"])(
    "is never replaced when it cannot be understood: %s",
    async (raw) => {
      await writeFile(path(), raw);
      const { policies } = desk();
      await expect(policies.read()).rejects.toThrow(`${path()} cannot be understood: correct or remove it`);
      await expect(policies.write({ file: written, baseHash: hashOf(raw), actor: "a" })).rejects.toThrow(
        "exec approvals base hash unavailable; re-run exec.approvals.get and retry",
      );
      expect(await readFile(path(), "utf8")).toBe(raw);
    },
  );
});
