import { describe, expect, test } from "vitest";
import { testApp } from "../testing/test-app.ts";

const anonymous = { isAnonymous: true };
const remote = { isAnonymous: true, from: "203.0.113.9", headers: { host: "gw.example" } };

describe("liveness", () => {
  test.each(["/health", "/healthz"])("%s says live to anybody and must not be stored", async (path) => {
    const response = await testApp().send(path, remote);
    expect([response.status, await response.json()]).toEqual([200, { ok: true, status: "live" }]);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("/healthz names the instance and its profile to callers on this machine", async () => {
    const body: unknown = await (await testApp().send("/healthz", anonymous)).json();
    expect(body).toEqual({ ok: true, status: "live", instanceId: "instance-1", profile: "dev" });
  });

  test.each(["/health", "/readyz", "/startupz"])(
    "HEAD %s has the headers of GET and no body",
    async (path) => {
      const get = await testApp().send(path, anonymous);
      const head = await testApp().send(path, { ...anonymous, method: "HEAD" });
      expect(await head.text()).toBe("");
      expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
      expect(head.headers.get("content-length")).toBe(String((await get.text()).length));
    },
  );

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])(
    "answers %s with 405 and the allowed methods, not to be stored",
    async (method) => {
      const response = await testApp().send("/health", { ...anonymous, method });
      expect([response.status, await response.text()]).toEqual([405, "Method Not Allowed"]);
      expect(response.headers.get("allow")).toBe("GET, HEAD");
      expect(response.headers.get("cache-control")).toBe("no-store");
    },
  );
});

describe("readiness", () => {
  const failing = { readiness: () => ({ ready: false, failing: ["startup-sidecars"], uptimeMs: 7 }) };

  test.each(["/ready", "/readyz"])("%s tells a local caller what fails", async (path) => {
    const response = await testApp({ ports: failing }).send(path, anonymous);
    const body: unknown = await response.json();
    expect([response.status, body]).toEqual([
      503,
      { ready: false, failing: ["startup-sidecars"], uptimeMs: 7 },
    ]);
  });

  test("T-WEB-08 tells strangers and unattributed proxies only whether it is ready", async () => {
    const { send } = testApp({ ports: failing });
    const forwarded = { isAnonymous: true, headers: { host: "gw.example", "x-forwarded-for": "8.8.8.8" } };
    for (const stranger of [remote, forwarded]) {
      expect(await (await send("/readyz", stranger)).json()).toEqual({ ready: false });
    }
  });

  test("tells a remote caller with credentials everything", async () => {
    const response = await testApp().send("/readyz", {
      from: "203.0.113.9",
      headers: { host: "gw.example" },
    });
    expect(await response.json()).toEqual({ ready: true, failing: [], uptimeMs: 42 });
  });

  test("counts a throwing check as not ready", async () => {
    const ports = {
      readiness: () => {
        throw new Error("disk gone");
      },
    };
    const { send, log } = testApp({ ports });
    const response = await send("/ready", anonymous);
    expect([response.status, await response.json()]).toEqual([
      503,
      { ready: false, failing: ["internal"], uptimeMs: 42 },
    ]);
    expect(log).toMatchObject([{ level: "error", meta: { error: { message: "disk gone" } } }]);
  });

  test("answers callers on this machine that are not local because a proxy is trusted here", async () => {
    const peer = () => ({
      clientIp: "",
      isLocal: false,
      isLoopbackPeer: true,
      host: "127.0.0.1:18789",
      proxyUnattributed: false,
    });
    const response = await testApp({ ports: { peer } }).send("/healthz", anonymous);
    expect([response.status, await response.json()]).toEqual([200, { ok: true, status: "live" }]);
  });

  test("T-WEB-03 refuses a foreign Host that comes directly from this machine", async () => {
    for (const path of ["/healthz", "/readyz", "/startupz"]) {
      const response = await testApp().send(path, { isAnonymous: true, headers: { host: "evil.example" } });
      expect(response.status).toBe(403);
    }
  });
});

describe("startup", () => {
  test("says started with version and uptime to local callers", async () => {
    const response = await testApp().send("/startupz", anonymous);
    const body: unknown = await response.json();
    expect([response.status, body]).toEqual([
      200,
      { ok: true, status: "started", version: "1.2.3", uptimeMs: 42 },
    ]);
  });

  test.each(["starting", "draining"] as const)("answers 503 while %s, and why", async (status) => {
    const startup = () => ({ status, version: "1.2.3", uptimeMs: 5, pendingReason: "startup-sidecars" });
    const { send } = testApp({ ports: { startup } });
    const response = await send("/startup", anonymous);
    expect([response.status, await response.json()]).toEqual([
      503,
      { ok: false, status, version: "1.2.3", uptimeMs: 5, pendingReason: "startup-sidecars" },
    ]);
    expect(await (await send("/startup", remote)).json()).toEqual({ ok: false, status });
  });
});
