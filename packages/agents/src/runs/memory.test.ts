import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createAgents } from "../create-agents.ts";
import type { SessionEntry } from "../sessions/entry.ts";
import type { TranscriptLine } from "../sessions/transcript.ts";
import type { AgentStore } from "../store.ts";

/** Keeps sessions, the newest lines of transcripts and no runs: what grows then is ours. */
function forgetfulStore(): AgentStore {
  const sessions = new Map<string, SessionEntry>();
  const transcripts = new Map<string, readonly TranscriptLine[]>();
  return {
    commit: (writes) => {
      for (const write of writes) {
        if (write.type === "session.put") sessions.set(write.entry.key, write.entry);
        if (write.type !== "transcript.append") continue;
        const lines = [...(transcripts.get(write.sessionId) ?? []), ...write.lines];
        transcripts.set(write.sessionId, lines.slice(-4));
      }
      return Promise.resolve();
    },
    session: (key) => Promise.resolve(sessions.get(key)),
    sessionById: () => Promise.resolve(undefined),
    sessions: () => Promise.resolve({ entries: [], total: 0 }),
    transcript: (sessionId, query) =>
      Promise.resolve((transcripts.get(sessionId) ?? []).slice(-(query?.limit ?? 4))),
    transcriptLength: (sessionId) => Promise.resolve(transcripts.get(sessionId)?.length ?? 0),
    storedSessions: () => Promise.resolve([]),
    archives: () => Promise.resolve([]),
    storedTotals: () => Promise.resolve({ sessions: [], archives: 0, bytes: 0 }),
    usage: () => Promise.resolve([]),
    run: () => Promise.resolve(undefined),
    runsById: () => Promise.resolve([]),
    unfinishedRuns: () => Promise.resolve([]),
  };
}

test("a thousand runs of fifty words leave less than 5 MB on the heap", { timeout: 60_000 }, async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const agents = createAgents({
    store: forgetfulStore(),
    config: () => ({}),
    env: {},
    workspaceDir: () => "/w",
  });
  let events = 0;
  agents.onEvent(() => (events += 1));
  const runMany = async (count: number, prefix: string): Promise<void> => {
    for (let index = 0; index < count; index += 20) {
      const starts = Array.from({ length: 20 }, (_, at) =>
        agents.startRun({
          ...{ kind: "chat", principal: "p", runId: `${prefix}-${index + at}`, sessionKey: `s${at}` },
          ...{ message: "@words 50", params: {} },
        }),
      );
      for (const start of await Promise.all(starts)) {
        if (start.status === "accepted") expect((await start.handle.final).status).toBe("ok");
      }
    }
  };
  await runMany(200, "warm");
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  await runMany(1000, "run");
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5 * 1024 * 1024);
  expect(events).toBeGreaterThan(1200 * 52);
  await agents.close({ graceMs: 0 });
});
