import { describe, expect, test } from "vitest";
import type { HookPorts } from "../ports.ts";
import { NOW, testApp, type TestRequest } from "../testing/test-app.ts";

const HOOK_TOKEN = "a-hook-token-of-its-own";
const BEARER = { authorization: `Bearer ${HOOK_TOKEN}` };

/** The app with webhooks, and the notes they left. */
function hooked(settings: Partial<ReturnType<HookPorts["settings"]>> = {}) {
  const notes: string[] = [];
  const clock = { now: NOW };
  let current = { token: HOOK_TOKEN, path: "/hooks", maxBodyBytes: 262_144, ...settings };
  const { send } = testApp({
    ports: {
      hooks: { settings: () => current, wake: (note) => void notes.push(note) },
      now: () => clock.now,
    },
  });
  const post = (path: string, body: unknown, request: TestRequest = {}) =>
    send(path, {
      method: "POST",
      headers: BEARER,
      isAnonymous: true,
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...request,
    });
  const change = (others: Partial<typeof current>) => void (current = { ...current, ...others });
  return { send, post, notes, clock, change };
}

const textOf = async (response: Response) => [response.status, await response.text()];
const jsonOf = async (response: Response) => [response.status, (await response.json()) as unknown];

describe("POST <hooks.path>/wake", () => {
  test.each([
    [{ text: " New mail ", mode: "next-heartbeat" }, "next-heartbeat"],
    [{ text: "New mail" }, "now"],
    [{ text: "New mail", mode: "whenever" }, "now"],
  ])("leaves a note: %j", async (body, mode) => {
    const { post, notes } = hooked();
    expect(await jsonOf(await post("/hooks/wake", body))).toEqual([200, { ok: true, mode }]);
    expect(notes).toEqual(["New mail"]);
  });

  test("takes the token from either header", async () => {
    const { post, notes } = hooked();
    const headers = { "x-openclaw-token": HOOK_TOKEN };
    expect((await post("/hooks/wake", { text: "a" }, { headers })).status).toBe(200);
    expect(notes).toEqual(["a"]);
  });

  test.each([
    ["[1]", 400, "text required"],
    ["", 400, "text required"],
    ['{ "text": " " }', 400, "text required"],
    [`{ "text": "${"x".repeat(300_000)}" }`, 413, "payload too large"],
  ])(
    "refuses a body without a note, or of more bytes than allowed (T-HOOK-10): %.20s",
    async (body, status, error) => {
      const { post, notes } = hooked();
      expect(await jsonOf(await post("/hooks/wake", body))).toEqual([status, { ok: false, error }]);
      expect(notes).toEqual([]);
    },
  );

  test("says what is wrong with the JSON", async () => {
    const response = await hooked().post("/hooks/wake", "{");
    expect(await jsonOf(response)).toEqual([400, { ok: false, error: expect.stringMatching(/JSON/) }]);
  });
});

describe("webhooks", () => {
  test.each<[string, string, TestRequest, number, string]>([
    ["a token in the query (T-HOOK-01)", "/hooks/wake?token=x", {}, 400, "Hook token must be provided via"],
    ["no token", "/hooks/wake", { headers: {} }, 401, "Unauthorized"],
    ["a wrong token", "/hooks/wake", { headers: { authorization: "Bearer no" } }, 401, "Unauthorized"],
    ["the gateway's own token", "/hooks/wake", { isAnonymous: false, headers: {} }, 401, "Unauthorized"],
    [
      "an unlisted proxy",
      "/hooks/wake",
      { headers: { ...BEARER, "x-forwarded-for": "1.2.3.4" } },
      403,
      "Forbidden",
    ],
    ["the base path", "/hooks", {}, 404, "Not Found"],
    ["a name nobody has", "/hooks/unknown", {}, 404, "Not Found"],
    ["a path that only looks alike", "/hooksx/wake", {}, 404, "Not Found"],
  ])("refuse %s", async (_, path, request, status, answer) => {
    const { post, notes } = hooked();
    const response = await post(path, { text: "x" }, request);
    expect(await textOf(response)).toEqual([status, expect.stringMatching(new RegExp(`^${answer}`))]);
    expect(notes).toEqual([]);
  });

  test("tell who may come which methods there are, and nobody else", async () => {
    const { send } = hooked();
    const known = await send("/hooks/wake", { isAnonymous: true, headers: BEARER });
    expect([known.status, known.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await send("/hooks/wake", { isAnonymous: true })).status).toBe(401);
  });

  test("T-AUTH-12 T-HOOK-12 lock an address out after 20 wrong tokens, the right one included, for a minute", async () => {
    const { post, notes, clock } = hooked();
    const wrong = { headers: { authorization: "Bearer guess" } };
    for (let guess = 0; guess < 20; guess += 1)
      expect((await post("/hooks/wake", { text: "x" }, wrong)).status).toBe(401);
    const locked = await post("/hooks/wake", { text: "x" });
    expect([locked.status, locked.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await post("/hooks/wake", { text: "y" }, { from: "10.0.0.9" })).status).toBe(200);
    clock.now += 60_000;
    expect((await post("/hooks/wake", { text: "z" })).status).toBe(200);
    expect(notes).toEqual(["y", "z"]);
  });

  test("follow their path and token from one request to the next", async () => {
    const { post, change } = hooked();
    change({ path: "/inbound", token: "another-hook-token" });
    expect((await post("/hooks/wake", { text: "x" })).status).toBe(404);
    expect((await post("/inbound/wake", { text: "x" })).status).toBe(401);
    const headers = { authorization: "Bearer another-hook-token" };
    expect((await post("/inbound/wake", { text: "x" }, { headers })).status).toBe(200);
  });

  test("are an unknown path while there are none", async () => {
    const { send } = testApp();
    expect((await send("/hooks/wake", { method: "POST", headers: BEARER })).status).toBe(404);
  });
});
