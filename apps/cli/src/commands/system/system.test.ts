import { describe, expect, test } from "vitest";

import { createTestSite } from "../../testing/gateway.ts";

describe("system event", () => {
  test("leaves a note and says ok", async () => {
    await using site = await createTestSite({ wake: () => ({ ok: true }) });
    const plain = await site.openclaw(["system", "event", "--text", "the oven is hot"]);
    expect(plain).toEqual({ code: 0, stdout: "ok\n", stderr: "" });
    const json = await site.openclaw(["system", "event", "--text", "x", "--mode", "now", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ ok: true });
    expect(site.gateway.requests.map(({ params }) => params)).toEqual([
      { mode: "next-heartbeat", text: "the oven is hot" },
      { mode: "now", text: "x" },
    ]);
  });

  test.each([
    [["--text", " "], "Error: --text is blank\n"],
    [["--text", "x", "--mode", "later"], "Error: invalid --mode: later (use now or next-heartbeat)\n"],
  ])("%j is refused before anything is sent", async (words, stderr) => {
    await using site = await createTestSite();
    expect(await site.openclaw(["system", "event", ...words])).toEqual({ code: 1, stdout: "", stderr });
    expect(site.gateway.connects).toEqual([]);
  });
});

describe("system heartbeat", () => {
  test("prints JSON with and without --json", async () => {
    await using site = await createTestSite({
      "last-heartbeat": () => null,
      "set-heartbeats": ({ params }) => ({ ok: true, ...(params as object) }),
    });
    const answer = async (...words: string[]) =>
      JSON.parse((await site.openclaw(["system", "heartbeat", ...words])).stdout) as unknown;
    expect(await answer("last")).toBeNull();
    expect(await answer("last", "--json")).toBeNull();
    expect(await answer("enable")).toEqual({ ok: true, enabled: true });
    expect(await answer("disable", "--json")).toEqual({ ok: true, enabled: false });
  });
});

describe("system presence", () => {
  test("prints the entries as JSON", async () => {
    const entries = [{ host: "box", mode: "gateway", reason: "self", text: "Gateway: box", ts: 1 }];
    await using site = await createTestSite({ "system-presence": () => entries });
    const { code, stdout } = await site.openclaw(["system", "presence"]);
    expect([code, JSON.parse(stdout)]).toEqual([0, entries]);
  });
});
