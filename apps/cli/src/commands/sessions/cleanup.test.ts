import type { Methods } from "@openclaw/client";
import { describe, expect, test } from "vitest";

import { createDownSite, createTestSite } from "../../testing/gateway.ts";

type Cleanup = Methods["sessions.cleanup"]["result"];
type Removal = Cleanup["removals"][number];

const COUNTS = { sessions: 12, archives: 3, bytes: 20_480 };
const OLD: Removal = {
  type: "session",
  key: "agent:main:old",
  sessionId: "s1",
  agentId: "main",
  updatedAt: 0,
  reason: "age",
  keepsTranscript: true,
  bytes: 1_536,
};
const LEFT: Removal = {
  type: "archive",
  sessionId: "s0",
  leftAs: "reset",
  leftAt: 0,
  reason: "disk",
  bytes: 812,
};
const CLEANUP: Cleanup = {
  ok: true,
  mode: "warn",
  applied: false,
  before: COUNTS,
  after: { ...COUNTS, sessions: 11 },
  removals: [OLD, LEFT],
  hasMore: false,
};

/** A gateway that gives this answer and keeps what it was asked. */
async function site(answer: Partial<Cleanup> = {}) {
  const asked: unknown[] = [];
  const gateway = await createTestSite({
    "sessions.cleanup": ({ params }) => {
      asked.push(params);
      return { ...CLEANUP, ...answer };
    },
  });
  return { asked, openclaw: gateway.openclaw, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() };
}

describe("sessions cleanup", () => {
  test("shows what would go and why, and what to type to have it removed", async () => {
    await using gateway = await site();
    const { code, stdout } = await gateway.openclaw(["sessions", "cleanup"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Stored: 12 sessions, 3 archives, 20 KB\.\n/);
    expect(stdout).toMatch(/agent:main:old +│ session +│ \d+d ago │ 1\.5 KB +│ too old/);
    expect(stdout).toMatch(/s0 +│ archive \(reset\) +│ \d+d ago │ 812 bytes │ too large/);
    expect(stdout).toContain(
      "Would remove 1 session and 1 archive; transcripts kept as archives: 1.\nWould leave: 11 sessions, 3 archives, 20 KB.\n",
    );
    expect(stdout).toMatch(/mode is "warn"\.\nNext: openclaw sessions cleanup --enforce\n$/);
    expect(gateway.asked).toEqual([{ dryRun: false, enforce: false }]);
  });

  test("--dry-run proposes nothing, --enforce says what went, and both reach the gateway", async () => {
    await using gateway = await site({ applied: true, hasMore: true });
    const { stdout } = await gateway.openclaw(["sessions", "cleanup", "--enforce", "--active-key", "work"]);
    expect(stdout).toContain("Removed 1 session and 1 archive; transcripts kept as archives: 1.\nLeft: ");
    expect(stdout).toMatch(/There is more than that: run openclaw sessions cleanup again\.\n$/);
    await using dry = await site();
    expect((await dry.openclaw(["sessions", "cleanup", "--dry-run"])).stdout).not.toContain("--enforce");
    expect([...gateway.asked, ...dry.asked]).toEqual([
      { dryRun: false, enforce: true, activeKey: "work" },
      { dryRun: true, enforce: false },
    ]);
  });

  test("says when nothing has to go", async () => {
    await using gateway = await site({ removals: [], after: COUNTS });
    const { stdout } = await gateway.openclaw(["sessions", "cleanup"]);
    expect(stdout).toBe("Stored: 12 sessions, 3 archives, 20 KB.\nNothing has to go.\n");
  });

  test("shows fifty rows and tells of the others", async () => {
    await using gateway = await site({ removals: Array.from({ length: 60 }, () => LEFT) });
    const { stdout } = await gateway.openclaw(["sessions", "cleanup"]);
    expect(stdout.match(/archive \(reset\)/g)).toHaveLength(50);
    expect(stdout).toContain("… and 10 more; --json lists them all.");
  });

  test("hides what a key could do to a terminal", async () => {
    await using gateway = await site({ removals: [{ ...OLD, key: "agent:main:\u001b[2Jx" } as Removal] });
    expect((await gateway.openclaw(["sessions", "cleanup"])).stdout).not.toContain("\u001b");
  });

  test("--json prints the answer", async () => {
    await using gateway = await site();
    const { stdout } = await gateway.openclaw(["sessions", "cleanup", "--json"]);
    expect(JSON.parse(stdout)).toEqual(CLEANUP);
  });

  test("fails in one line with the gateway down: only it may touch the store", async () => {
    await using home = await createDownSite();
    const { code, stdout, stderr } = await home.openclaw(["sessions", "cleanup", "--enforce"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("gateway closed (1006");
  });
});
