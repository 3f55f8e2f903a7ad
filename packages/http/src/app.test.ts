import { describe, expect, test } from "vitest";
import { BASELINE_HEADERS } from "./baseline.ts";
import { scriptedAgents } from "./testing/scripted-agents.ts";
import { testApp } from "./testing/test-app.ts";

const HELLO = { model: "openclaw", messages: [{ role: "user", content: "hi" }] };

describe("createHttpApp", () => {
  test.each([
    [200, () => testApp().chat(HELLO)],
    [400, () => testApp().chat({})],
    [400, () => testApp().send("/v1%2fmodels")],
    [401, () => testApp().send("/v1/models", { isAnonymous: true })],
    [403, () => testApp({ grant: { scopes: [] } }).send("/v1/models")],
    [404, () => testApp().send("/nothing")],
    [405, () => testApp().send("/v1/models", { method: "POST" })],
    [413, () => testApp({ config: { chatCompletions: { enabled: true, maxBodyBytes: 8 } } }).chat(HELLO)],
    [415, () => testApp({ grant: { method: "none" } }).chat(HELLO, { "content-type": "text/plain" })],
    [
      429,
      () =>
        testApp({ agents: scriptedAgents({ failure: { reason: "rate_limit", message: "slow down" } }) }).chat(
          HELLO,
        ),
    ],
    [
      500,
      () =>
        testApp({
          ports: {
            facts: () => {
              throw new Error("boom");
            },
          },
        }).send("/v1/models"),
    ],
    [
      503,
      () =>
        testApp({ ports: { readiness: () => ({ ready: false, failing: ["startup"], uptimeMs: 1 }) } }).send(
          "/readyz",
        ),
    ],
  ])("T-WEB-07 sends the baseline headers with status %i", async (status, request) => {
    const response = await request();
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject(BASELINE_HEADERS);
  });

  test("sends Strict-Transport-Security exactly when it is configured", async () => {
    const configured = await testApp({ config: { strictTransportSecurity: "max-age=1" } }).send("/health");
    expect(configured.headers.get("strict-transport-security")).toBe("max-age=1");
    const empty = await testApp({ config: { strictTransportSecurity: "" } }).send("/health");
    expect(empty.headers.has("strict-transport-security")).toBe(false);
  });

  test("T-WEB-05 never answers a preflight and sends no CORS header", async () => {
    const response = await testApp().send("/v1/chat/completions", {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(response.status).toBe(405);
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test.each(["/", "/v1", "/v1/nope", "/api/nope", "/v1/chat/completions/", "/V1/models", "/index.html"])(
    "T-HTTP-11 answers %s with a plain 404, whatever the method",
    async (path) => {
      for (const method of ["GET", "POST", "DELETE"]) {
        const response = await testApp().send(path, { method });
        expect([response.status, await response.text()]).toEqual([404, "Not Found"]);
        expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      }
    },
  );

  test("T-HTTP-10 tells the caller nothing about an error and the log everything", async () => {
    const broken = testApp({
      ports: {
        authenticate: () => {
          throw new Error("/secret/path");
        },
      },
    });
    const response = await broken.send("/v1/models");
    expect([response.status, await response.text()]).toEqual([500, "Internal Server Error"]);
    expect(broken.log).toMatchObject([{ level: "error", meta: { error: { message: "/secret/path" } } }]);
  });
});
