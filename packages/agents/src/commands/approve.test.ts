import { describe, expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";

describe("/approve", () => {
  const decided: string[] = [];
  const decide = (id: string, decision: string) => {
    decided.push(`${id} ${decision}`);
    return id === "gone" ? "unknown or expired approval id" : undefined;
  };

  test("T-AZ-01 is refused to senders who may not decide, before anything is written", async () => {
    await using t = await startTestAgents();
    await expect(t.accept({ runId: "r", message: "/approve a allow-once" })).rejects.toMatchObject({
      code: "decision_forbidden",
      message: "missing scope: operator.approvals",
    });
    expect(await t.store.session("agent:main:main")).toBeUndefined();
  });

  test.each([
    ["/approve a1 allow-once", "✅ Exec approval allow-once submitted for a1.", ["a1 allow-once"]],
    ["/APPROVE a1 Allow-Always", "✅ Exec approval allow-always submitted for a1.", ["a1 allow-always"]],
    ["/approve: gone deny", "❌ unknown or expired approval id", ["gone deny"]],
    ["/approve a1", "Usage: /approve <id> allow-once|allow-always|deny", []],
    ["/approve a1 maybe", "Usage: /approve <id> allow-once|allow-always|deny", []],
    ["/approve a1 allow-once please", "Usage: /approve <id> allow-once|allow-always|deny", []],
  ])("%s", async (message, reply, calls) => {
    decided.length = 0;
    await using t = await startTestAgents();
    const handle = await t.accept({ message, decide });
    expect((await handle.final).text).toBe(reply);
    expect(decided).toEqual(calls);
  });

  test("decides once, however often the message is sent", async () => {
    decided.length = 0;
    await using t = await startTestAgents();
    const request = { runId: "r", message: "/approve a1 deny", decide };
    await (
      await t.accept(request)
    ).final;
    await expect(t.accept(request)).rejects.toThrow("not accepted: done");
    expect(decided).toEqual(["a1 deny"]);
  });
});
