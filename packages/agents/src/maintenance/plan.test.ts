import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StoredArchive, StoredSession } from "../store.ts";
import { freedBy, planMaintenance, type PlanOptions, type Removal, type Survey } from "./plan.ts";
import type { MaintenanceRules } from "./rules.ts";

const NOW = 1_000;

const sessions = fc
  .uniqueArray(
    fc.record({
      key: fc.integer({ min: 0, max: 60 }).map((number) => `key-${number}`),
      agentId: fc.constantFrom("a", "b"),
      updatedAt: fc.integer({ min: 0, max: NOW }),
      bytes: fc.integer({ min: 0, max: 50 }),
    }),
    { selector: ({ key }) => key, maxLength: 30 },
  )
  .map((list) => list.map((session): StoredSession => ({ ...session, sessionId: `id-of-${session.key}` })));

const archives = fc
  .array(
    fc.record({
      leftAs: fc.constantFrom("reset", "cut", "deleted"),
      leftAt: fc.integer({ min: 0, max: NOW }),
      bytes: fc.integer({ min: 0, max: 50 }),
    }),
    { maxLength: 15 },
  )
  .map((list) => list.map((archive, index): StoredArchive => ({ ...archive, sessionId: `left-${index}` })));

const rules: fc.Arbitrary<MaintenanceRules> = fc.record({
  mode: fc.constant("enforce"),
  pruneAfterMs: fc.integer({ min: 0, max: NOW }),
  maxEntries: fc.integer({ min: 1, max: 20 }),
  archiveAfterMs: fc.option(fc.integer({ min: 0, max: NOW }), { nil: undefined }),
  budget: fc.option(
    fc
      .record({ maxBytes: fc.nat(900), share: fc.double({ min: 0, max: 1, noNaN: true }) })
      .map(({ maxBytes, share }) => ({ maxBytes, highWaterBytes: maxBytes * share })),
    { nil: undefined },
  ),
});

const situation = fc
  .record({ sessions, archives, rules, protectedKeys: fc.array(fc.integer({ min: 0, max: 60 })) })
  .map(({ rules, protectedKeys, ...stored }) => {
    const keys = new Set(protectedKeys.map((number) => `key-${number}`));
    const options: PlanOptions = { rules, now: NOW, isProtected: ({ key }) => keys.has(key) };
    return { survey: surveyOf(stored), options, keys };
  });

interface Stored {
  readonly sessions: readonly StoredSession[];
  readonly archives: readonly StoredArchive[];
}

function surveyOf(stored: Stored): Survey {
  const sessions = stored.sessions.toSorted((a, b) => a.updatedAt - b.updatedAt);
  const archives = stored.archives.toSorted((a, b) => a.leftAt - b.leftAt);
  const counts = ["a", "b"].map((agentId) => ({
    agentId,
    count: sessions.filter((session) => session.agentId === agentId).length,
  }));
  const bytes = [...sessions, ...archives].reduce((sum, one) => sum + one.bytes, 0);
  return { sessions, archives, totals: { sessions: counts, archives: archives.length, bytes } };
}

/** What is stored once the removals were made. */
function after({ sessions, archives }: Survey, removals: readonly Removal[]): Survey {
  const keys = new Set(removals.flatMap((one) => (one.type === "session" ? [one.key] : [])));
  const ids = new Set(removals.flatMap((one) => (one.type === "archive" ? [one.sessionId] : [])));
  const left = removals.flatMap((one): StoredArchive[] =>
    one.type === "session" && one.keepsTranscript
      ? [{ sessionId: one.sessionId, leftAs: "deleted", leftAt: NOW, bytes: one.bytes }]
      : [],
  );
  return surveyOf({
    sessions: sessions.filter(({ key }) => !keys.has(key)),
    archives: [...archives.filter(({ sessionId }) => !ids.has(sessionId)), ...left],
  });
}

/** What goes first for its size: archives, what would have become one, sessions that were to stay. */
function stepOf(one: Removal): number {
  if (one.type === "archive") return 0;
  return one.reason === "disk" ? 2 : 1;
}

/** Holds for the plan of every situation. */
function always(
  check: (o: {
    readonly survey: Survey;
    readonly options: PlanOptions;
    readonly keys: ReadonlySet<string>;
    readonly plan: readonly Removal[];
  }) => void,
): void {
  fc.assert(
    fc.property(situation, (given) => {
      check({ ...given, plan: planMaintenance(given.survey, given.options) });
    }),
    { seed: 20261123, numRuns: 2_000 },
  );
}

describe("planMaintenance", () => {
  test("never names a protected session, and nothing twice", () => {
    always(({ plan, keys }) => {
      const names = plan.map((one) => (one.type === "session" ? one.key : one.sessionId));
      expect(names.filter((name) => keys.has(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    });
  });

  test("takes for their age exactly the sessions and archives that are older than the rules allow", () => {
    always(({ plan, survey, keys, options: { rules } }) => {
      const aged = (one: Removal) => (one.reason === "age" ? [one.sessionId] : []);
      const old = [
        ...survey.sessions.filter(
          ({ key, updatedAt }) => !keys.has(key) && updatedAt < NOW - rules.pruneAfterMs,
        ),
        ...survey.archives.filter(({ leftAs, leftAt }) => {
          const keptMs = leftAs === "deleted" ? rules.pruneAfterMs : (rules.archiveAfterMs ?? Infinity);
          return leftAt < NOW - keptMs;
        }),
      ];
      expect(new Set(plan.flatMap(aged))).toEqual(new Set(old.map(({ sessionId }) => sessionId)));
    });
  });

  test("keeps the newest sessions of each agent, as far as their number goes", () => {
    always(({ plan, survey, options: { rules } }) => {
      for (const agentId of ["a", "b"]) {
        const newest = survey.sessions
          .filter((session) => session.agentId === agentId)
          .slice(-rules.maxEntries);
        const kept = new Set(newest.map(({ key }) => key));
        const lost = plan.filter(
          (one) => one.type === "session" && one.reason === "count" && kept.has(one.key),
        );
        expect(lost).toEqual([]);
      }
    });
  });

  test("leaves no more sessions of an agent than it may have, unless they are protected", () => {
    always(({ plan, survey, keys, options: { rules } }) => {
      const left = after(survey, plan).sessions;
      for (const agentId of ["a", "b"]) {
        const own = left.filter((session) => session.agentId === agentId);
        const surplus = own.slice(0, Math.max(0, own.length - rules.maxEntries));
        expect(surplus.filter(({ key }) => !keys.has(key))).toEqual([]);
      }
    });
  });

  test("comes down to the mark when there is too much, with what may go, and no further", () => {
    always(({ plan, survey, keys, options: { rules } }) => {
      const { bytes } = after(survey, plan).totals;
      const { maxBytes = Infinity, highWaterBytes = Infinity } = rules.budget ?? {};
      const tooOld = plan.filter((one) => one.type === "archive" && one.reason === "age");
      const before = tooOld.reduce((sum, one) => sum - one.bytes, survey.totals.bytes);
      if (before > maxBytes && bytes > highWaterBytes) {
        const left = after(survey, plan);
        expect(left.archives.filter((one) => one.bytes > 0)).toEqual([]);
        expect(left.sessions.filter((one) => one.bytes > 0 && !keys.has(one.key))).toEqual([]);
      }
      const freed = plan.filter(
        (one) => freedBy(one) > 0 && (one.type === "session" || one.reason === "disk"),
      );
      const last = freed.toSorted((a, b) => stepOf(a) - stepOf(b)).at(-1);
      if (last !== undefined) expect(bytes + last.bytes).toBeGreaterThan(highWaterBytes);
    });
  });

  test("takes for their size archives before sessions, and the oldest of each first", () => {
    always(({ plan, survey }) => {
      const disk = plan.filter((one) => one.reason === "disk");
      const sorted = [
        ...survey.archives.filter(({ sessionId }) => disk.some((one) => one.sessionId === sessionId)),
        ...survey.sessions.filter(({ sessionId }) => disk.some((one) => one.sessionId === sessionId)),
      ];
      expect(disk.map(({ sessionId }) => sessionId)).toEqual(sorted.map(({ sessionId }) => sessionId));
      if (!disk.some(({ type }) => type === "session")) return;
      expect(after(survey, plan).archives.filter(({ bytes }) => bytes > 0)).toEqual([]);
    });
  });

  test("finds nothing more to do after it was carried out", () => {
    always(({ plan, survey, options }) => {
      const rest = planMaintenance(after(survey, plan), options);
      expect(rest.filter((one) => one.reason !== "disk" || freedBy(one) > 0)).toEqual([]);
    });
  });

  test("looks at the part it was shown and counts the rest", () => {
    const stored = [1, 2, 3].map((at) => ({
      ...{ key: `k${at}`, sessionId: `s${at}`, agentId: "a", updatedAt: NOW - 10 + at, bytes: 5 },
    }));
    const totals = { sessions: [{ agentId: "a", count: 40 }], archives: 0, bytes: 500 };
    const rules = {
      mode: "enforce",
      pruneAfterMs: NOW,
      maxEntries: 38,
      archiveAfterMs: NOW,
      budget: undefined,
    };
    const plan = planMaintenance(
      { sessions: stored, archives: [], totals },
      { rules: { ...rules, mode: "enforce" }, now: NOW, isProtected: () => false },
    );
    expect(plan.map((one) => [one.sessionId, one.reason])).toEqual([
      ["s1", "count"],
      ["s2", "count"],
    ]);
  });
});
