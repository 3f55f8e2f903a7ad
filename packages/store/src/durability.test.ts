import { copyFile, readFile, truncate, writeFile } from "node:fs/promises";
import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { sampleEntry } from "@openclaw/agents/testing";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { bundleStore } from "../test/bundle.ts";
import { tempFolder } from "../test/temp-folder.ts";
import { openStore } from "./open-store.ts";

const bundle = await bundleStore();
afterAll(() => bundle[Symbol.asyncDispose]());

/** Commits one session after the other, each with its transcript line, and prints its number once it is durable. */
const WRITER = `
  import { openStore } from "./store.mjs";
  const store = await openStore({ path: process.argv[1] });
  for (let n = Number(process.argv[2]); ; n += 1) {
    const id = String(n).padStart(8, "0");
    const entry = { key: "agent:main:" + n, sessionId: "s" + n, agentId: "main", createdAt: n, updatedAt: n };
    const line = { type: "message", id, parentId: null, timestamp: "", message: { role: "user", content: "hi " + n, timestamp: n } };
    try {
      await store.agents.commit([
        { type: "session.put", entry },
        { type: "transcript.append", sessionId: entry.sessionId, lines: [line] },
      ]);
      console.log("ok " + n);
    } catch (error) {
      console.log(error.code);
    }
  }
`;

/** Reads lines until one satisfies, then kills the process at once; returns every line it had printed. */
async function killAfter(child: ChildProcess, isLast: (line: string) => boolean): Promise<string[]> {
  const seen: string[] = [];
  const closed = once(child, "close");
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    seen.push(line);
    if (isLast(line)) child.kill("SIGKILL");
  }
  await closed;
  return seen;
}

describe("a process that is killed", () => {
  test("loses no commit it acknowledged, and leaves no half of one", { timeout: 60_000 }, async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const acknowledged: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const first = round * 1_000;
      const child = bundle.start(WRITER, { args: [path, String(first)] });
      const lines = await killAfter(child, (line) => line === `ok ${first + (round % 5)}`);
      acknowledged.push(...lines.map((line) => Number(line.slice(3))));
    }
    const store = await openStore({ path });
    expect(store.recovery).toBeUndefined();
    for (const number of acknowledged) {
      expect((await store.agents.session(`agent:main:${number}`))?.sessionId).toBe(`s${number}`);
      expect(await store.agents.transcript(`s${number}`)).toHaveLength(1);
    }
    const { entries, total } = await store.agents.sessions();
    expect(total).toBeGreaterThanOrEqual(acknowledged.length);
    for (const entry of entries) expect(await store.agents.transcript(entry.sessionId)).toHaveLength(1);
    expect(await store.verify()).toEqual({ ok: true, problems: [] });
    await store.close();
  });

  test("gives the file up to the next owner", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const child = bundle.start(WRITER, { args: [path, "0"] });
    const refused: string[] = [];
    await once(createInterface({ input: child.stdout ?? process.stdin }), "line");
    await openStore({ path }).catch((error: { code: string }) => refused.push(error.code));
    child.kill("SIGKILL");
    await once(child, "close");
    expect(refused).toEqual(["owned"]);
    await (await openStore({ path })).close();
  });
});

describe("a log cut off by a power loss", () => {
  test("leaves whole commits only, a prefix of those made", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const store = await openStore({ path });
    for (let n = 0; n < 12; n += 1) {
      const entry = sampleEntry(`agent:main:${n}`, { updatedAt: n });
      await store.agents.commit([
        { type: "session.put", entry },
        { type: "session.put", entry: { ...entry, key: `agent:main:${n}-twin` } },
      ]);
    }
    await copyFile(path, folder.file("cut.sqlite"));
    const log = await readFile(`${path}-wal`);
    await store.close();
    await copyFile(folder.file("cut.sqlite"), folder.file("base"));

    const cuts = fc.integer({ min: 0, max: log.length });
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (cut, garbage) => {
        await copyFile(folder.file("base"), folder.file("cut.sqlite"));
        await writeFile(folder.file("cut.sqlite-wal"), garbage ? Buffer.from(log).fill(0x5a, cut) : log);
        if (!garbage) await truncate(folder.file("cut.sqlite-wal"), cut);
        const left = await openStore({ path: folder.file("cut.sqlite") });
        const { entries } = await left.agents.sessions();
        await left.close();
        const count = entries.length / 2;
        const whole = Array.from({ length: count }, (_, n) => [
          `agent:main:${n}`,
          `agent:main:${n}-twin`,
        ]).flat();
        expect(entries.map((entry) => entry.key).sort()).toEqual(whole.sort());
      }),
      { seed: 20261122, numRuns: 60 },
    );
  });
});

describe("T-DOS-17: a disk that is full", () => {
  test("rejects commits with a code, keeps the earlier ones, and the file is sound when there is room again", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const child = bundle.start(WRITER, { args: [path, "0"], limit: 1_000 });
    const lines = await killAfter(child, (line) => !line.startsWith("ok"));
    expect(["disk_full", "io"]).toContain(lines.find((line) => !line.startsWith("ok")));
    const kept = lines.filter((line) => line.startsWith("ok")).length;
    expect(kept).toBeGreaterThan(10);

    const store = await openStore({ path });
    expect(store.recovery).toBeUndefined();
    expect((await store.agents.sessions()).total).toBeGreaterThanOrEqual(kept);
    await store.agents.commit([{ type: "session.put", entry: sampleEntry("agent:main:again") }]);
    expect((await store.verify()).ok).toBe(true);
    await store.close();
  });
});

describe("the package in one file", () => {
  test("verifies and backs up in a thread without any other file of ours", async () => {
    await using folder = await tempFolder();
    const program = `
      import { openStore } from "./store.mjs";
      const store = await openStore({ path: process.argv[1] });
      await store.backup(process.argv[1] + ".copy");
      console.log(JSON.stringify(await store.verify()));
      await store.close();
    `;
    const child = bundle.start(program, { args: [folder.file("state.sqlite")] });
    const lines = await killAfter(child, () => false);
    expect(lines).toEqual(['{"ok":true,"problems":[]}']);
    expect(child.exitCode).toBe(0);
  });

  test("loads the driver only when a store is opened", async () => {
    const program = `
      import "./store.mjs";
      import { readFileSync } from "node:fs";
      console.log(readFileSync("/proc/self/maps", "utf8").includes("libsql"));
    `;
    expect(await killAfter(bundle.start(program), () => false)).toEqual(["false"]);
  });
});
