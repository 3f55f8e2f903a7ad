import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { serviceEnvironment } from "../program/service-environment.ts";
import { servicePath } from "../program/service-path.ts";
import { serviceNames } from "../service-names.ts";
import { parseUnit } from "../systemd/parse-unit.ts";
import { renderUnit } from "../systemd/render-unit.ts";
import type { AuditFacts, AuditScope } from "./audit-facts.ts";
import { auditService } from "./audit-service.ts";
import { servicePort } from "./command-findings.ts";
import { type FindingCode, FINDINGS } from "./finding.ts";
import { seconds } from "./unit-findings.ts";

const FIX = "openclaw gateway install --force";
const UNIT_PATH = "/srv/me/.config/systemd/user/openclaw-gateway.service";

const OUR_TEXT = renderUnit(
  {
    description: "OpenClaw Gateway",
    program: ["/usr/bin/node", "/usr/local/bin/openclaw", "gateway", "--port", "18789"],
    environment: serviceEnvironment({
      env: {},
      home: "/srv/me",
      tmpDir: "/tmp",
      port: 18_789,
      names: serviceNames({}),
      version: "2026.11.0",
    }),
    stopTimeoutSec: 30,
  },
  { canNotify: true },
);

/** What a release of the year before last wrote: other kill mode, no deadlines, no exit code that ends the loop. */
const OLD_TEXT = `[Unit]
Description=OpenClaw Gateway (v2026.2.24)
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/bin/node /usr/local/bin/openclaw gateway --port 18789
Restart=always
RestartSec=5
KillMode=process
Environment=HOME=/srv/me
Environment=PATH=${servicePath({}, "/srv/me").join(":")}
Environment=OPENCLAW_GATEWAY_PORT=18789
Environment=OPENCLAW_GATEWAY_TOKEN=fixture-token-0002
Environment=OPENCLAW_SERVICE_VERSION=2026.2.24

[Install]
WantedBy=default.target
`;

function factsOf(text: string, change: Partial<AuditFacts> = {}): AuditFacts {
  const parsed = parseUnit(text);
  return {
    installCommand: FIX,
    command: { programArguments: parsed.program, environment: parsed.environment, sourcePath: UNIT_PATH },
    expected: {
      port: 18_789,
      entry: "/usr/local/bin/openclaw",
      configPath: "/srv/me/.openclaw/openclaw.json",
      path: servicePath({}, "/srv/me"),
      version: "2026.11.0",
      token: "fixture-token-0002",
    },
    serviceConfigPath: "/srv/me/.openclaw/openclaw.json",
    exists: { runtime: true, entry: true },
    systemNode: "/usr/bin/node",
    unit: { path: UNIT_PATH, parsed, canNotify: true, stopTimeoutSec: 30 },
    ...change,
  };
}

const codes = (facts: AuditFacts, scope: AuditScope = "full") =>
  auditService(facts, scope).map(({ code }) => code);

/** Each code: how a service comes to it, and the facts around it. */
interface Row {
  readonly code: FindingCode;
  readonly edit: (text: string) => string;
  readonly change?: Partial<AuditFacts>;
}

const ROWS: readonly Row[] = [
  { code: "gateway-command-missing", edit: (text) => text.replace(" gateway --port 18789", " serve") },
  {
    code: "gateway-runtime-missing",
    edit: (text) => text,
    change: { exists: { runtime: false, entry: true } },
  },
  {
    code: "gateway-entrypoint-missing",
    edit: (text) => text,
    change: { exists: { runtime: true, entry: false } },
  },
  {
    code: "gateway-entrypoint-mismatch",
    edit: (text) => text.replace("/usr/local/bin/openclaw", "/opt/old/openclaw"),
  },
  { code: "gateway-port-mismatch", edit: (text) => text.replace("--port 18789", "--port 20420") },
  {
    code: "gateway-config-mismatch",
    edit: (text) => text,
    change: { serviceConfigPath: "/srv/me/other.json" },
  },
  { code: "gateway-path-missing", edit: (text) => text.replace(/Environment=PATH=.*\n/, "") },
  { code: "gateway-path-missing-dirs", edit: (text) => text.replace("/srv/me/.local/bin:", "") },
  {
    code: "gateway-path-nonminimal",
    edit: (text) => text.replace("PATH=", "PATH=/srv/you/.nvm/versions/node/v22/bin:"),
  },
  { code: "gateway-runtime-bun", edit: (text) => text.replace("=/usr/bin/node", "=/usr/bin/bun") },
  {
    code: "gateway-runtime-node-version-manager",
    edit: (text) => text.replace("=/usr/bin/node", "=/srv/me/.nvm/versions/node/v22/bin/node"),
  },
  {
    code: "gateway-version-mismatch",
    edit: (text) => text.replace("VERSION=2026.11.0", "VERSION=2026.10.0"),
  },
  {
    code: "gateway-token-embedded",
    edit: (text) =>
      text.replace(
        "Environment=HOME",
        "Environment=OPENCLAW_GATEWAY_TOKEN=fixture-token-0002\nEnvironment=HOME",
      ),
  },
  {
    code: "gateway-password-embedded",
    edit: (text) =>
      text.replace("Environment=HOME", "Environment=OPENCLAW_GATEWAY_PASSWORD=pw\nEnvironment=HOME"),
  },
  { code: "systemd-after-network-online", edit: (text) => text.replace(/After=.*\n/, "") },
  { code: "systemd-wants-network-online", edit: (text) => text.replace(/Wants=.*\n/, "") },
  { code: "systemd-restart-sec", edit: (text) => text.replace("RestartSec=5", "RestartSec=1min") },
  { code: "systemd-stop-timeout", edit: (text) => text.replace("TimeoutStopSec=30", "TimeoutStopSec=2") },
  {
    code: "systemd-kill-mode-process-or-none",
    edit: (text) => text.replace("KillMode=mixed", "KillMode=process"),
  },
  { code: "systemd-kill-mode-control-group", edit: (text) => text.replace("KillMode=mixed\n", "") },
  { code: "systemd-exit-78-restarts", edit: (text) => text.replace("RestartPreventExitStatus=78\n", "") },
  { code: "systemd-watchdog-off", edit: (text) => text.replace("WatchdogSec=60\n", "") },
];

describe("auditService", () => {
  test.each(["status", "full"] as const)("finds nothing about what install writes (%s)", (scope) => {
    expect(auditService(factsOf(OUR_TEXT), scope)).toEqual([]);
  });

  test("passes in status what an older release wrote, and recommends the rest to doctor", () => {
    expect(auditService(factsOf(OLD_TEXT), "status")).toEqual([]);
    expect(codes(factsOf(OLD_TEXT)).sort()).toEqual([
      "gateway-token-embedded",
      "gateway-version-mismatch",
      "systemd-exit-78-restarts",
      "systemd-kill-mode-process-or-none",
      "systemd-watchdog-off",
    ]);
  });

  test.each(ROWS)("finds $code", ({ code, edit, change }) => {
    const found = auditService(factsOf(edit(OUR_TEXT), change), "full");
    expect(found.map((one) => one.code)).toEqual([code]);
    expect(found[0]).toMatchObject({ severity: FINDINGS[code], fix: expect.stringContaining(FIX) });
  });

  test("leads to no repair that cannot work: without a Node.js of the system one has to come first", () => {
    const text = OUR_TEXT.replace("=/usr/bin/node", "=/srv/me/.nvm/versions/node/v22/bin/node");
    const { systemNode: _none, ...facts } = factsOf(text);
    const found = auditService(facts, "status");
    expect(found.map(({ code }) => code)).toEqual([
      "gateway-runtime-node-version-manager",
      "gateway-runtime-node-system-missing",
    ]);
    for (const { fix } of found) expect(fix).toBe(`install Node.js for the whole machine, then: ${FIX}`);
  });

  test("finds a stale token without showing one", () => {
    const text = OLD_TEXT.replace("fixture-token-0002", "fixture-token-0001");
    const found = auditService(factsOf(text), "full");
    expect(found[0]).toMatchObject({ code: "gateway-token-mismatch", detail: "service token is stale" });
    expect(JSON.stringify(found)).not.toContain("fixture-token");
  });

  test("takes a unit without a token for right", () => {
    expect(codes(factsOf(OUR_TEXT))).not.toContain("gateway-token-mismatch");
  });

  test("tells what the machine lacks, and what systemd has not read yet", () => {
    const parsed = parseUnit(OUR_TEXT);
    const unit = { path: UNIT_PATH, parsed, canNotify: false, stopTimeoutSec: 30, needsReload: true };
    expect(auditService(factsOf(OUR_TEXT, { unit }), "status")).toMatchObject([
      { code: "systemd-notify-missing", severity: "error", fix: FIX },
      { code: "systemd-reload-needed", fix: "systemctl --user daemon-reload" },
    ]);
    const without = parseUnit(OUR_TEXT.replace("Type=notify", "Type=exec").replace("WatchdogSec=60\n", ""));
    const facts = factsOf(OUR_TEXT, { unit: { ...unit, parsed: without, needsReload: false } });
    expect(auditService(facts, "full")).toMatchObject([
      { code: "systemd-watchdog-off", fix: expect.stringContaining("install systemd-notify") },
    ]);
  });

  test("finds nothing else than the runbook lists, with the severity it gives", async () => {
    const runbook = await readFile(join(import.meta.dirname, "../../../../docs/runbook.md"), "utf8");
    const rows = [...runbook.matchAll(/^\| `((?:gateway|systemd)-[a-z0-9-]+)`[ *\\]*\| (\w+)/gm)];
    expect(Object.fromEntries(rows.map(([, code, severity]) => [code, severity]))).toEqual(FINDINGS);
  });

  test("has a row for every code", () => {
    const elsewhere = [
      "gateway-runtime-node-system-missing",
      "gateway-token-mismatch",
      "systemd-notify-missing",
      "systemd-reload-needed",
    ];
    expect([...ROWS.map(({ code }) => code), ...elsewhere].sort()).toEqual(Object.keys(FINDINGS).sort());
  });
});

describe("servicePort", () => {
  test.each([
    [["node", "x", "gateway", "--port", "1234"], 1234],
    [["node", "x", "gateway", "--port=1234"], 1234],
    [["node", "x", "gateway", "--port", "1", "--port", "2"], 2],
    [["node", "x", "gateway", "--port"], undefined],
    [["node", "x", "gateway", "--port", "70000"], undefined],
    [["node", "x", "gateway"], undefined],
  ])("reads %j as %s", (args, port) => {
    expect(servicePort(args)).toBe(port);
  });
});

describe("seconds", () => {
  test.each([
    ["5", 5],
    ["5s", 5],
    ["1min 30s", 90],
    ["5000ms", 5],
    ["infinity", Infinity],
    ["soon", undefined],
    ["5 fortnights", undefined],
    [undefined, undefined],
  ])("reads %j as %s", (text, expected) => {
    expect(seconds(text)).toBe(expected);
  });
});
