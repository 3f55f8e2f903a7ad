import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createMemoryStore, sampleEntry, startTestAgents } from "../testing/index.ts";
import { parseAttachments } from "./attachments.ts";
import { rowOf } from "./rows.ts";
import { isSendAllowed } from "./send-policy.ts";
import { SessionBook } from "./session-book.ts";
import { SystemEventQueue } from "./system-events.ts";

const defaults = { provider: "builtin", model: "echo", contextTokens: 32_000 };

describe("rows", () => {
  test("show the session's own model, else the one it used, else the default", () => {
    const entry = sampleEntry("agent:main:x");
    expect(rowOf(entry, defaults)).toEqual({
      ...{
        key: "agent:main:x",
        kind: "direct",
        agentId: "main",
        sessionId: "id-of-agent:main:x",
        updatedAt: 1,
      },
      ...{ totalTokensFresh: false, modelProvider: "builtin", model: "echo", contextTokens: 32_000 },
    });
    expect(rowOf({ ...entry, modelProvider: "a", model: "b" }, defaults)).toMatchObject({
      modelProvider: "a",
      model: "b",
    });
    const overridden = {
      ...entry,
      modelProvider: "a",
      model: "b",
      providerOverride: "c",
      modelOverride: "d",
    };
    expect(rowOf(overridden, defaults)).toMatchObject({ modelProvider: "c", model: "d" });
  });

  test("show no fields that are only bookkeeping", () => {
    const row = rowOf(
      sampleEntry("k", { notedModel: "x", titleText: "t", lastMessagePreview: "p", someday: 1 }),
      defaults,
    );
    expect(Object.keys(row)).not.toEqual(expect.arrayContaining(["notedModel"]));
    expect(row).not.toHaveProperty("titleText");
    expect(row).not.toHaveProperty("lastMessagePreview");
    expect(row).not.toHaveProperty("someday");
  });

  test("list newest first, with titles and previews when asked", async () => {
    let now = Date.UTC(2026, 10, 22, 12);
    await using t = await startTestAgents({ now: () => (now += 1000) });
    await t.ask({ sessionKey: "a", message: "Plan the\n\ngarden" });
    await t.ask({ sessionKey: "b", message: "@silent" });
    const plain = await t.agents.sessionRows();
    expect(plain.rows.map(({ key }) => key)).toEqual(["agent:main:b", "agent:main:a"]);
    expect(plain.rows[1]).not.toHaveProperty("derivedTitle");
    const { rows, total } = await t.agents.sessionRows({
      ...{ includeDerivedTitles: true, includeLastMessage: true, search: "garden" },
    });
    expect(total).toBe(1);
    expect(rows[0]).toMatchObject({
      derivedTitle: "Plan the garden",
      lastMessagePreview: "You said: Plan the garden",
    });
  });

  test("sum up per agent", async () => {
    await using t = await startTestAgents({ config: { agents: { list: [{ id: "main" }, { id: "ops" }] } } });
    for (const sessionKey of ["a", "b", "agent:ops:c"]) await t.ask({ sessionKey });
    const summary = await t.agents.sessionsSummary({ recent: 1 });
    expect(summary.count).toBe(3);
    expect(summary.recent).toHaveLength(1);
    expect(summary.byAgent.map(({ agentId, count, recent }) => [agentId, count, recent.length])).toEqual([
      ["main", 2, 1],
      ["ops", 1, 1],
    ]);
  });
});

describe("agentsList and defaultModel", () => {
  test("tell what is configured", async () => {
    const identity = { name: "Clawd", emoji: "🦞" };
    await using t = await startTestAgents({
      config: {
        agents: { list: [{ id: "Ops", name: "Operations", identity, default: true }] },
        session: { scope: "global" },
      },
    });
    expect(t.agents.agentsList()).toEqual({
      ...{ defaultId: "ops", mainKey: "main", scope: "global" },
      agents: [{ id: "ops", name: "Operations", identity }],
    });
    expect(t.agents.defaultModel()).toEqual({ provider: "builtin", model: "echo", contextTokens: 32_000 });
    expect(t.agents.resolveSessionKey(undefined)).toBe("global");
    expect(t.agents.models().map(({ id }) => id)).toEqual(["echo", "echo-small"]);
  });
});

describe("SessionBook", () => {
  test("lets changes of one session follow each other and those of others pass", async () => {
    const store = createMemoryStore();
    const book = new SessionBook(store, randomBytes);
    const bump = (key: string): Promise<number> =>
      book.update(key, (entry) => {
        const count = Number(entry?.["count"] ?? 0) + 1;
        return { writes: [{ type: "session.put", entry: sampleEntry(key, { count }) }], result: count };
      });
    const counts = await Promise.all([bump("a"), bump("a"), bump("b"), bump("a")]);
    expect(counts).toEqual([1, 2, 1, 3]);
  });

  test("goes on after a change that failed", async () => {
    const book = new SessionBook(createMemoryStore(), randomBytes);
    const failed = book.update("a", () => Promise.reject(new Error("no")));
    const next = book.update("a", () => ({ writes: [], result: "yes" }));
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("yes");
    await book.settled();
  });

  test("goes on with a transcript where it ends", async () => {
    const store = createMemoryStore();
    const book = new SessionBook(store, randomBytes);
    const fresh = await book.writer("s", 1);
    fresh.header("/work");
    fresh.custom("x", 1);
    await store.commit([{ type: "transcript.append", sessionId: "s", lines: fresh.lines }]);
    const next = await book.writer("s", 2);
    next.header("/work");
    const line = next.message({ role: "user", content: "hi", timestamp: 2 });
    expect(line.parentId).toBe(fresh.lines[1]?.id);
    expect(next.lines).toEqual([line]);
    expect([fresh.positionOf(fresh.lines[0]!), fresh.positionOf(fresh.lines[1]!)]).toEqual([1, 2]);
    expect(next.positionOf(line)).toBe(3);
  });
});

describe("SystemEventQueue", () => {
  const queue = (): SystemEventQueue => new SystemEventQueue(() => 1);
  const texts = (q: SystemEventQueue, key = "k"): string[] => q.peek(key).map(({ text }) => text);

  test("keeps the newest twenty", () => {
    const q = queue();
    for (let n = 1; n <= 25; n += 1) q.enqueue("k", `note ${n}`);
    expect(texts(q)).toHaveLength(20);
    expect(texts(q)[0]).toBe("note 6");
  });

  test("drops repeats, blank notes and repeats of a context still waiting", () => {
    const q = queue();
    for (const text of ["a", "a", " ", "b", "a"]) q.enqueue("k", text);
    expect(texts(q)).toEqual(["a", "b", "a"]);
    q.enqueue("k", "up", "node:1");
    q.enqueue("k", "other", "node:2");
    q.enqueue("k", "up", "node:1");
    expect(texts(q).slice(3)).toEqual(["up", "other"]);
  });

  test("keeps what came after a turn was begun", () => {
    const q = queue();
    q.enqueue("k", "a");
    const taken = q.peek("k");
    q.enqueue("k", "b");
    q.drop("k", taken);
    expect(texts(q)).toEqual(["b"]);
  });

  test("forgets the sessions longest not written to", () => {
    const q = queue();
    for (let n = 0; n <= 1000; n += 1) q.enqueue(`k${n}`, "x");
    expect(texts(q, "k0")).toEqual([]);
    expect(texts(q, "k1000")).toEqual(["x"]);
  });
});

describe("parseAttachments", () => {
  test("reads base64 and data URLs of images", () => {
    expect(
      parseAttachments([
        { mimeType: "image/PNG", data: "AAAA" },
        { content: "data:image/jpeg;base64,BBBB", fileName: "b" },
      ]),
    ).toEqual([
      { mimeType: "image/png", data: "AAAA" },
      { mimeType: "image/jpeg", data: "BBBB", fileName: "b" },
    ]);
    expect(parseAttachments(undefined)).toEqual([]);
  });

  test.each([
    [null, "expected an object"],
    [{ mimeType: "image/png" }, "content must be a base64 string"],
    [{ mimeType: "text/html", data: "AAAA" }, "only images are accepted"],
    [{ data: "AAAA" }, "only images are accepted"],
    [{ mimeType: "image/png", data: "A*AA" }, "invalid base64"],
    [{ mimeType: "image/png", data: "AAAAA" }, "invalid base64"],
    [{ mimeType: "image/png", data: "A".repeat(6_700_000) }, "exceeds size limit"],
  ])("T-DOS-05 refuses %#", (attachment, reason) => {
    expect(() => parseAttachments([attachment])).toThrow(reason);
  });

  test("refuses too many", () => {
    expect(() => parseAttachments(Array.from({ length: 21 }, () => ({})))).toThrow("at most 20");
  });
});

describe("isSendAllowed", () => {
  const session = {
    key: "agent:main:telegram:group:1",
    rawKey: "Raw:1",
    entry: sampleEntry("k", { lastChannel: "telegram" }),
  };
  test.each([
    [{ channel: "telegram" }, false],
    [{ channel: "irc" }, true],
    [{ chatType: "group" }, false],
    [{ chatType: "dm" }, true],
    [{ keyPrefix: "telegram:" }, false],
    [{ rawKeyPrefix: "Raw:" }, false],
    [{ rawKeyPrefix: "x" }, true],
    [undefined, false],
  ])("a deny rule for %j: allowed %s", (match, allowed) => {
    expect(isSendAllowed({ sendPolicy: { rules: [{ action: "deny", match }] } }, session)).toBe(allowed);
  });

  test("the session's own policy wins", () => {
    const entry = sampleEntry("k", { sendPolicy: "allow" });
    expect(isSendAllowed({ sendPolicy: { default: "deny" } }, { ...session, entry })).toBe(true);
    expect(isSendAllowed({ sendPolicy: { default: "deny" } }, session)).toBe(false);
  });
});
