import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startTestAgents, type TestAgents } from "../testing/index.ts";
import type { RunEvent } from "./types.ts";

const isStart = (event: RunEvent): boolean => event.type === "lifecycle" && event.phase === "start";
const isTerminal = (event: RunEvent): boolean => event.type === "chat" && event.state !== "delta";
const started = (t: TestAgents): string[] => t.events.filter(isStart).map((event) => event.runId);

describe("messages to a busy session", () => {
  test("run one after the other, each under its own id, with one terminal event each", async () => {
    await using t = await startTestAgents();
    const handles = await Promise.all([
      t.accept({ runId: "one", message: "@delay 5\n@words 5" }),
      t.accept({ runId: "two", message: "second" }),
      t.accept({ runId: "three", message: "third" }),
    ]);
    const outcomes = await Promise.all(handles.map((handle) => handle.final));
    expect(outcomes.map(({ text }) => text)).toEqual([
      "w1 w2 w3 w4 w5",
      "You said: second",
      "You said: third",
    ]);
    const story = t.events.filter((event) => isStart(event) || isTerminal(event)).map((event) => event.runId);
    expect(story).toEqual(["one", "one", "two", "two", "three", "three"]);
  });

  test("are in the transcript as question and answer in turn", async () => {
    await using t = await startTestAgents();
    const handles = await Promise.all(["a", "b", "c"].map((message) => t.accept({ message })));
    await Promise.all(handles.map((handle) => handle.final));
    const { messages } = await t.agents.history("main", { limit: 100 });
    const texts = messages.map((message) => (message["content"] as { text: string }[])[0]?.text);
    expect(texts).toEqual(["a", "You said: a", "b", "You said: b", "c", "You said: c"]);
  });

  test("wait durably: text in the record, not yet in the transcript", async () => {
    await using t = await startTestAgents();
    await t.accept({ message: "@wait 60000" });
    const handle = await t.accept({ runId: "later", message: "remember me" });
    const record = await t.store.run("tester", "later");
    expect(record).toMatchObject({ state: "accepted", inputWritten: false });
    expect(JSON.stringify(record?.input)).toContain("remember me");
    expect(JSON.stringify(await t.store.transcript(handle.sessionId))).not.toContain("remember me");
  });

  test("are refused when too many wait", async () => {
    await using t = await startTestAgents({ config: { messages: { queue: { cap: 2 } } } });
    for (const message of ["@wait 60000", "a", "b"]) await t.accept({ message });
    await expect(t.accept({ message: "c" })).rejects.toMatchObject({ code: "queue_full" });
    expect((await t.agents.startRun(t.request({ kind: "agent", message: "d" }))).status).toBe("accepted");
  });

  test("keep their order however many come at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 }),
        async (sessions) => {
          await using t = await startTestAgents({ config: { messages: { queue: { cap: 100 } } } });
          const runs = sessions.map((session, index) => ({
            session,
            runId: `run-${String(index).padStart(2, "0")}`,
          }));
          const handles = await Promise.all(
            runs.map(({ session, runId }) =>
              t.accept({ runId, sessionKey: `s${session}`, message: "@words 2" }),
            ),
          );
          await Promise.all(handles.map((handle) => handle.final));
          for (const session of new Set(sessions)) {
            const ids = runs.filter((run) => run.session === session).map(({ runId }) => runId);
            expect(started(t).filter((runId) => ids.includes(runId))).toEqual(ids);
          }
        },
      ),
      { seed: 7, numRuns: 25 },
    );
  });
});

describe("the main lane", () => {
  test("runs four sessions beside each other, the fifth when one has ended", async () => {
    await using t = await startTestAgents();
    const handles = [];
    for (const n of [1, 2, 3, 4, 5]) {
      handles.push(await t.accept({ runId: `r${n}`, sessionKey: `s${n}`, message: "@wait 60000" }));
    }
    await t.seen((event) => isStart(event) && event.runId === "r4");
    expect(started(t)).toEqual(["r1", "r2", "r3", "r4"]);
    handles[1]?.abort("rpc");
    await t.seen((event) => isStart(event) && event.runId === "r5");
  });

  test("follows a changed limit", async () => {
    await using t = await startTestAgents({ config: { agents: { defaults: { maxConcurrent: 1 } } } });
    await t.accept({ runId: "r1", sessionKey: "s1", message: "@wait 60000" });
    await t.accept({ runId: "r2", sessionKey: "s2", message: "@wait 60000" });
    await t.seen(isStart);
    t.setConfig({ agents: { defaults: { maxConcurrent: 3 } } });
    await t.accept({ runId: "r3", sessionKey: "s3", message: "@wait 60000" });
    await t.seen((event) => isStart(event) && event.runId === "r3");
    expect(started(t)).toEqual(["r1", "r2", "r3"]);
  });

  test("lets in who waits as soon as the limit is known to have changed", async () => {
    await using t = await startTestAgents({ config: { agents: { defaults: { maxConcurrent: 1 } } } });
    await t.accept({ runId: "r1", sessionKey: "s1", message: "@wait 60000" });
    await t.accept({ runId: "r2", sessionKey: "s2", message: "@wait 60000" });
    await t.seen(isStart);
    await expect
      .poll(() => t.agents.lanes)
      .toMatchObject([{ name: "main", limit: 1, running: 1, waiting: 1 }]);
    t.setConfig({ agents: { defaults: { maxConcurrent: 2 } } });
    t.agents.configChanged();
    await t.seen((event) => isStart(event) && event.runId === "r2");
    expect(t.agents.lanes).toEqual([{ name: "main", limit: 2, running: 2, waiting: 0, oldestWaitMs: null }]);
  });

  test("200 sessions at once end in order per session", async () => {
    await using t = await startTestAgents();
    const sessions = Array.from({ length: 200 }, (_, index) => `s${index}`);
    const handles = await Promise.all(
      [0, 1].flatMap((turn) =>
        sessions.map((sessionKey) =>
          t.accept({ sessionKey, runId: `${sessionKey}-${turn}`, message: "@words 3" }),
        ),
      ),
    );
    const outcomes = await Promise.all(handles.map((handle) => handle.final));
    expect(outcomes.every(({ status }) => status === "ok")).toBe(true);
    const ended = t.events.filter(isTerminal).map((event) => event.runId);
    expect(new Set(ended).size).toBe(400);
    expect(sessions.every((key) => ended.indexOf(`${key}-0`) < ended.indexOf(`${key}-1`))).toBe(true);
  });
});
