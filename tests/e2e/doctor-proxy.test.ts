import { describe, expect, test } from "vitest";

import { HttpRelay } from "../support/http-relay.ts";
import { Patient } from "../support/patient.ts";
import {
  BARE_NGINX,
  CADDY,
  CLOUDFLARED,
  NGINX,
  PUBLIC_HOST,
  REAL_IP_NGINX,
  TRAEFIK,
} from "../support/proxied-requests.ts";

interface Report {
  readonly ok: boolean;
  readonly seen: Readonly<Record<string, unknown>> | null;
  readonly webSocket: { readonly status?: number };
  readonly findings: readonly { readonly code: string; readonly fix: string }[];
}

/** What the doctor says of an address. */
async function lookAt(patient: Patient, url?: string): Promise<Report> {
  const words = `openclaw doctor proxy --json${url === undefined ? "" : ` --url ${url}`}`;
  const { stdout } = await patient.type(words);
  return JSON.parse(stdout) as Report;
}

const codes = ({ findings }: Report) => findings.map(({ code }) => code);
const TRUST = `openclaw config set gateway.trustedProxies '["127.0.0.1"]'`;
const ALLOW = `openclaw config set gateway.controlUi.allowedOrigins '["https://${PUBLIC_HOST}"]'`;

/** Starts a gateway that trusts a proxy on this machine; from then on nobody here is local, so this device comes first. */
async function startTrusting(patient: Patient): Promise<void> {
  await patient.typeGateway("openclaw gateway");
  expect(await lookAt(patient)).toMatchObject({ ok: true });
  const controlUi = { allowedOrigins: [`https://${PUBLIC_HOST}`] };
  await patient.configure({ trustedProxies: ["127.0.0.1"], controlUi });
  await expect.poll(() => lookAt(patient)).toMatchObject({ seen: { isTrustedProxy: true } });
}

describe("doctor proxy", { timeout: 60_000 }, () => {
  test.each([
    { ...NGINX, forwarding: { "x-forwarded-for": "203.0.113.7", "x-real-ip": "203.0.113.7" } },
    { ...CADDY, forwarding: { "x-forwarded-for": "203.0.113.7", "x-forwarded-host": PUBLIC_HOST } },
    { ...TRAEFIK, forwarding: { "x-forwarded-host": PUBLIC_HOST, "x-real-ip": "203.0.113.7" } },
    { ...CLOUDFLARED, forwarding: { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https" } },
  ])(
    "$name: untrusted at first; with the two printed settings its clients are known and let in",
    async (setup) => {
      await using patient = await Patient.create();
      await patient.typeGateway("openclaw gateway");
      await using relay = await HttpRelay.start(patient.port, setup.rewrite);
      const before = await lookAt(patient, relay.url);
      expect(before).toMatchObject({
        ok: false,
        seen: {
          peer: "127.0.0.1",
          isTrustedProxy: false,
          forwarding: setup.forwarding,
          host: PUBLIC_HOST,
          origin: `https://${PUBLIC_HOST}`,
          browser: "origin not allowed",
          isLocal: false,
          verdict: "untrusted-proxy",
        },
        findings: [
          { code: "proxy-untrusted", fix: TRUST },
          { code: "proxy-origin", fix: ALLOW },
        ],
      });
      for (const { fix } of before.findings) expect(await patient.type(fix)).toMatchObject({ code: 0 });
      await expect
        .poll(() => lookAt(patient, relay.url), { timeout: 20_000 })
        .toMatchObject({
          ok: true,
          webSocket: { status: 101 },
          seen: { isTrustedProxy: true, clientIp: "203.0.113.7", browser: "allowed", verdict: "proxied" },
          findings: [],
        });
    },
  );

  test("nginx with X-Real-IP alone: names nobody until the printed setting is typed", async () => {
    await using patient = await Patient.create();
    await startTrusting(patient);
    await using relay = await HttpRelay.start(patient.port, REAL_IP_NGINX.rewrite);
    const before = await lookAt(patient, relay.url);
    expect(before).toMatchObject({
      seen: { clientIp: "", verdict: "nameless-proxy" },
      findings: [{ code: "proxy-nameless", fix: "openclaw config set gateway.allowRealIpFallback true" }],
    });
    await patient.type(before.findings[0]?.fix ?? "");
    await expect
      .poll(() => lookAt(patient, relay.url), { timeout: 20_000 })
      .toMatchObject({ ok: true, seen: { clientIp: "203.0.113.7", verdict: "proxied" } });
  });

  test("nginx with proxy_pass alone: everybody behind it counts as this machine, which is told", async () => {
    await using patient = await Patient.create();
    await patient.typeGateway("openclaw gateway");
    await using relay = await HttpRelay.start(patient.port, BARE_NGINX(patient.port).rewrite);
    const report = await lookAt(patient, relay.url);
    expect(report).toMatchObject({ ok: false, seen: { isLocal: true, verdict: "local", forwarding: {} } });
    expect(codes(report)).toEqual(["proxy-hidden", "proxy-origin"]);
    expect(report.findings[0]?.fix).toMatch(/^in the proxy: send X-Forwarded-For/);
  });

  test("tells a proxy that keeps WebSockets back, one that rewrites the host, and one that leads elsewhere", async () => {
    await using patient = await Patient.create();
    await startTrusting(patient);
    await using mute = await HttpRelay.start(patient.port, CADDY.rewrite, false);
    expect(codes(await lookAt(patient, mute.url))).toEqual(["proxy-no-websocket"]);
    await using renaming = await HttpRelay.start(patient.port, (headers) => ({
      ...CADDY.rewrite(headers),
      host: "upstream",
    }));
    expect(codes(await lookAt(patient, renaming.url))).toEqual(["proxy-host"]);
    await using astray = await HttpRelay.start(1, CADDY.rewrite);
    const lost = await lookAt(patient, astray.url);
    expect(lost).toMatchObject({ seen: null, findings: [{ code: "proxy-not-reached" }] });
  });

  test("shows without an address what a request without a proxy looks like, as text, too", async () => {
    await using patient = await Patient.create();
    await patient.typeGateway("openclaw gateway");
    expect(await lookAt(patient)).toMatchObject({
      ok: true,
      seen: { verdict: "local", clientIp: "127.0.0.1" },
    });
    const { code, stdout } = await patient.type("openclaw doctor proxy --strict");
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        `Request to http://127.0.0.1:${patient.port}/: answered 200`,
        "WebSocket: answered 101",
        "",
        `Seen by the gateway at ws://127.0.0.1:${patient.port}:`,
        "  Peer: 127.0.0.1 (no trusted proxy)",
        "  Forwarded: nothing",
        `  Host: 127.0.0.1:${patient.port}`,
        `  Origin: http://127.0.0.1:${patient.port} (allowed)`,
        "  Client: 127.0.0.1 (local)",
        "  Verdict: a program of this machine",
        "",
        "Nothing to change.",
        "",
      ].join("\n"),
    );
  });

  test("--strict fails when something is to be changed; an address of no web is refused", async () => {
    await using patient = await Patient.create();
    await patient.typeGateway("openclaw gateway");
    await using relay = await HttpRelay.start(patient.port, CADDY.rewrite);
    expect((await patient.type(`openclaw doctor proxy --strict --url ${relay.url}`)).code).toBe(1);
    expect(await patient.type("openclaw doctor proxy --url gateway")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("invalid --url: gateway") as string,
    });
  });
});
