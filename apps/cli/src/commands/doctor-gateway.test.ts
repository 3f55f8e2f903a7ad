import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { helloOk, startScriptedGateway } from "@openclaw/client/testing";
import { fakeTools } from "@openclaw/service/testing";
import { describe, expect, test } from "vitest";

import type { ProcessFacts } from "../testing/command-line.ts";
import { changedFiles, createPatient, type DiagnosisJson, type Patient } from "../testing/doctor.ts";
import { ANSWERS, configFor, TOKEN } from "../testing/gateway.ts";

async function codes(patient: Patient, facts: ProcessFacts = {}): Promise<readonly string[]> {
  return (await patient.diagnose(facts)).findings.map(({ code }) => code);
}

/** A program of its own that answers HTTP on a port; `word` stands in its command line. */
async function stranger(port: number, word: string) {
  const program = `require("node:http").createServer((q, s) => s.end("hi")).listen(${port}, "127.0.0.1", () => console.log("up"))`;
  const child = spawn(process.execPath, ["-e", program, word], { stdio: ["ignore", "pipe", "ignore"] });
  await once(child.stdout, "data");
  return {
    pid: child.pid,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

describe("a gateway that does not answer", { timeout: 30_000 }, () => {
  test.skipIf(process.platform !== "linux").each([
    ["port-foreign", "another program", "a-web-server"],
    ["port-other-gateway", "another gateway", "openclaw-gateway"],
  ])(
    "%s: tells who has the port, and moves out of the way when the fix is typed",
    async (code, what, word) => {
      await using patient = await createPatient();
      await using other = await stranger(patient.port, word);
      const before = await patient.files();
      const { findings } = await patient.diagnose();
      const found = findings.find((each) => each.code === code);
      expect(found?.text).toContain(`Port ${patient.port} is held by ${what}: pid ${other.pid}`);
      expect(found?.text).toContain(`End it (kill ${other.pid}), or use another port.`);
      expect(found?.fix).toMatch(/^openclaw config set gateway\.port \d+$/);
      await patient.type(found?.fix ?? "");
      expect(await codes(patient)).toEqual(["gateway-down"]);
      const changed = changedFiles(before, await patient.files());
      expect(changed.filter((path) => !/openclaw\.json|config-history|logs|identity/.test(path))).toEqual([]);
    },
  );

  test("gateway-down: says that nobody listens, and how to start one", async () => {
    await using patient = await createPatient();
    const { ok, findings } = await patient.diagnose();
    expect(ok).toBe(false);
    expect(findings).toMatchObject([
      {
        code: "gateway-down",
        severity: "error",
        text: expect.stringContaining(
          `Gateway not running: nobody listens at ws://127.0.0.1:${patient.port}`,
        ) as string,
        fix: "openclaw gateway",
      },
    ]);
  });

  test("is not looked for where the configuration says nothing usable", async () => {
    await using patient = await createPatient();
    await patient.write("{ gateway: ");
    expect(await codes(patient)).toEqual(["config-unreadable"]);
  });

  test("gateway-remote-unreachable: one elsewhere is asked where it is, and no local service is judged", async () => {
    await using patient = await createPatient();
    const remote = { url: `ws://127.0.0.1:${patient.port}`, token: TOKEN };
    await patient.write({ gateway: { mode: "remote", remote } });
    const { findings } = await patient.diagnose();
    expect(findings).toMatchObject([{ code: "gateway-remote-unreachable", fix: "openclaw config edit" }]);
  });

  test.each([
    [
      { sshTarget: "ada@gateway.example", sshIdentity: "/keys/of ada" },
      "ssh -f -N -L {port}:127.0.0.1:18789 -i '/keys/of ada' ada@gateway.example",
    ],
    // What begins with a dash would be an option of ssh.
    [{ sshTarget: "-oProxyCommand=x" }, "openclaw config edit"],
  ])("gateway-remote-unreachable: opens the tunnel it is told of (%j)", async (ssh, fix) => {
    await using patient = await createPatient();
    const remote = { url: `ws://127.0.0.1:${patient.port}`, token: TOKEN, ...ssh };
    await patient.write({ gateway: { mode: "remote", remote } });
    const { findings } = await patient.diagnose();
    expect(findings.map((found) => found.fix)).toEqual([fix.replace("{port}", String(patient.port))]);
  });

  test("gateway-address-unusable: a plain address over the network is told, not used", async () => {
    await using patient = await createPatient();
    await patient.write({
      gateway: { mode: "remote", remote: { url: "ws://192.0.2.1:18789", token: TOKEN } },
    });
    const { findings } = await patient.diagnose();
    expect(findings).toMatchObject([{ code: "gateway-address-unusable" }]);
    expect(findings[0]?.text).toContain("SECURITY ERROR");
  });
});

interface Setting {
  readonly status?: object;
  readonly version?: string;
}

/** A patient with a gateway that lets in whoever has the token; its process is that of {@link SHOWN}. */
async function running({ status = {}, version }: Setting = {}) {
  const gateway = await startScriptedGateway({
    token: TOKEN,
    methods: { status: () => ({ ...ANSWERS.status, ...status }) },
    ...(version !== undefined && {
      connect: (params) => helloOk(params, { server: { version, connId: "c1" } }),
    }),
  });
  const patient = await createPatient();
  await patient.write(configFor(gateway.port));
  return {
    patient,
    port: gateway.port,
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await patient[Symbol.asyncDispose]();
    },
  };
}

const APPLIED = { state: "applied", valid: true, hash: null, issues: 0, pendingRestart: [] };
const CURRENT = { version: "2026.11.0" };

describe("a gateway that answers", { timeout: 30_000 }, () => {
  test("is no finding", async () => {
    await using site = await running({ ...CURRENT, status: { configStatus: APPLIED } });
    expect(await site.patient.diagnose()).toMatchObject({ ok: true, findings: [], changes: [] });
  });

  test("gateway-unauthorized: a variable of the shell is named, and unsetting it helps", async () => {
    await using site = await running();
    const env = { OPENCLAW_GATEWAY_TOKEN: "stale-token" };
    const { findings } = await site.patient.diagnose({ env });
    const found = findings.find(({ code }) => code === "gateway-unauthorized");
    expect(found?.fix).toBe("unset OPENCLAW_GATEWAY_TOKEN");
    expect(found?.text).not.toContain("stale-token");
    expect(await codes(site.patient)).not.toContain("gateway-unauthorized");
  });

  test.each([
    ["gateway-version-skew", { version: "2026.1.0" }, "is release 2026.1.0", "openclaw gateway --force"],
    [
      "gateway-config-refused",
      {
        ...CURRENT,
        status: { configStatus: { ...APPLIED, state: "reverted", path: "gateway.port", reason: "taken" } },
      },
      "(reverted): gateway.port: taken",
      "openclaw config rollback",
    ],
    [
      "gateway-restart-pending",
      { ...CURRENT, status: { configStatus: { ...APPLIED, pendingRestart: ["gateway.port"] } } },
      "only after a restart: gateway.port",
      "kill -USR1 4242",
    ],
  ])("%s", async (code, setting, text, fix) => {
    await using site = await running(setting);
    const { findings } = await site.patient.diagnose();
    expect(findings).toMatchObject([{ code, text: expect.stringContaining(text) as string, fix }]);
  });
});

const UNIT = "openclaw-gateway.service";
const SHOWN = "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4242\nUnitFileState=enabled\n";

/** A patient with a service of its own, and a systemd that says yes to everything. */
async function withService(show = SHOWN, linger = "yes") {
  const patient = await createPatient();
  const tools = await fakeTools();
  await tools.add("systemctl", { "is-enabled": { stdout: "enabled\n" }, show: { stdout: show } });
  await tools.add("systemd-notify");
  await tools.add("loginctl", { "show-user": { stdout: `Linger=${linger}\n` } });
  const entryPath = join(patient.home, "bin-openclaw");
  await writeFile(entryPath, "");
  const facts: ProcessFacts = { tools: tools.folder, entryPath };
  await patient.type("openclaw gateway install --force", facts);
  const unit = join(patient.home, ".config/systemd/user", UNIT);
  return {
    patient,
    facts,
    unit,
    edit: async (change: (text: string) => string) => writeFile(unit, change(await readFile(unit, "utf8"))),
    [Symbol.asyncDispose]: async () => {
      await tools[Symbol.asyncDispose]();
      await patient[Symbol.asyncDispose]();
    },
  };
}

const CHANGES: readonly (readonly [code: string, change: (text: string) => string])[] = [
  ["gateway-command-missing", (text) => text.replace(" gateway --port", " nothing --port")],
  ["gateway-runtime-missing", (text) => text.replace(/^ExecStart=\S+/m, "ExecStart=/gone/node")],
  ["gateway-entrypoint-mismatch", (text) => text.replace("bin-openclaw gateway", "bin-other gateway")],
  ["gateway-port-mismatch", (text) => text.replace(/--port \d+/, "--port 1234")],
  ["gateway-path-missing", (text) => text.replace(/^Environment=PATH=.*\n/m, "")],
  [
    "gateway-token-embedded",
    (text) => text.replace("[Install]", "Environment=OPENCLAW_GATEWAY_TOKEN=s3cret-of-old\n\n[Install]"),
  ],
  [
    "gateway-version-mismatch",
    (text) => text.replace(/OPENCLAW_SERVICE_VERSION=\S+/, "OPENCLAW_SERVICE_VERSION=2026.1.0"),
  ],
  ["systemd-restart-sec", (text) => text.replace(/^RestartSec=.*/m, "RestartSec=77")],
];

describe("a service that drifted", { timeout: 30_000 }, () => {
  test("is no finding right after it was installed", async () => {
    await using site = await withService();
    expect(await codes(site.patient, site.facts)).toEqual(["gateway-down"]);
  });

  test.each(CHANGES)("%s: gone when the printed fix is typed", async (code, change) => {
    await using site = await withService();
    await site.edit(change);
    const broken = await site.patient.files();
    const { findings } = await site.patient.diagnose(site.facts);
    const found = findings.find((each) => each.code === code);
    expect(found?.fix).toBe("openclaw gateway install --force");
    expect(JSON.stringify(findings)).not.toContain("s3cret-of-old");
    expect(changedFiles(broken, await site.patient.files())).toEqual([]);
    expect(await site.patient.type(found?.fix ?? "", site.facts)).toMatchObject({ code: 0 });
    expect(await codes(site.patient, site.facts)).not.toContain(code);
    const changed = changedFiles(broken, await site.patient.files());
    expect(changed.filter((path) => !path.startsWith(`.config/systemd/user/${UNIT}`))).toEqual([]);
  });

  test.each([
    ["restarted", (text: string) => text, "openclaw gateway restart"],
    [
      "installed again when its unit is not what it should be",
      (text: string) => text.replace(/^RestartSec=.*/m, "RestartSec=77"),
      "openclaw gateway install --force",
    ],
  ])(
    "gateway-version-skew: one of another release that the service runs is %s",
    async (_how, change, fix) => {
      await using older = await running({ version: "2026.1.0" });
      await using site = await withService();
      await site.patient.write(configFor(older.port));
      await site.edit((text) => change(text).replaceAll(String(site.patient.port), String(older.port)));
      const { findings } = await site.patient.diagnose(site.facts);
      expect(findings.find(({ code }) => code === "gateway-version-skew")?.fix).toBe(fix);
    },
  );

  test("is left alone by --fix without a terminal, mended by --yes, and by --force where it was changed on purpose", async () => {
    // One that fails at once: nobody waits for it to come up.
    await using site = await withService(
      SHOWN.replace(/ActiveState=.*\n.*\n.*/, "ActiveState=failed\nMainPID=0"),
    );
    await site.edit((text) => text.replace(/^RestartSec=.*/m, "RestartSec=77"));
    const drifted = await readFile(site.unit, "utf8");
    await site.patient.type("openclaw doctor --fix --non-interactive", site.facts);
    expect(await readFile(site.unit, "utf8")).toBe(drifted);
    const { stdout } = await site.patient.type("openclaw doctor --yes --json", site.facts);
    const { findings, changes } = JSON.parse(stdout) as DiagnosisJson;
    expect(changes[0]).toMatch(/^Installed systemd service: .*openclaw-gateway\.service \(undo: /);
    expect(findings).toMatchObject([
      { code: "systemd-restart-sec", repaired: true },
      { code: "gateway-down", repaired: false, problem: "openclaw-gateway.service did not start (failed)" },
    ]);
    expect(await readFile(site.unit, "utf8")).toContain("RestartSec=5");
    await site.edit((text) => text.replace(" gateway --port", " nothing --port"));
    const own = await readFile(site.unit, "utf8");
    await site.patient.type("openclaw doctor --yes", site.facts);
    expect(await readFile(site.unit, "utf8")).toBe(own);
    await site.patient.type("openclaw doctor --yes --force", site.facts);
    expect(await readFile(site.unit, "utf8")).toContain(" gateway --port");
  });

  test("is not looked at in Nix mode", async () => {
    await using site = await withService();
    await site.edit((text) => text.replace(/^RestartSec=.*/m, "RestartSec=77"));
    const found = await codes(site.patient, { ...site.facts, env: { OPENCLAW_NIX_MODE: "1" } });
    expect(found).not.toContain("systemd-restart-sec");
  });

  test("service-linger-off: names the command that keeps it running", async () => {
    await using site = await withService(SHOWN, "no");
    const { findings } = await site.patient.diagnose({ ...site.facts, env: { USER: "ada" } });
    const found = findings.find(({ code }) => code === "service-linger-off");
    expect(found).toMatchObject({ severity: "warning", fix: "sudo loginctl enable-linger ada" });
  });

  test("service-disabled: nobody starts it after the next boot", async () => {
    await using site = await withService(SHOWN.replace("UnitFileState=enabled", "UnitFileState=disabled"));
    const { findings } = await site.patient.diagnose(site.facts);
    const found = findings.find(({ code }) => code === "service-disabled");
    expect(found?.fix).toBe("openclaw gateway install --force");
  });

  test.each([
    ["service-legacy", "clawdbot-gateway.service"],
    ["service-other", "my-openclaw.service"],
  ])("%s: a unit that would want our port is told with what removes it", async (code, name) => {
    await using patient = await createPatient();
    const folder = join(patient.home, ".config/systemd/user");
    await mkdir(folder, { recursive: true });
    const program = name.replace(/[-.].*/, "").replace("my", "openclaw");
    await writeFile(join(folder, name), `[Service]\nExecStart=/usr/bin/${program} run\n`);
    const { findings } = await patient.diagnose();
    const found = findings.find((each) => each.code === code);
    expect(found?.fix).toBe(`systemctl --user disable --now ${name} && rm ${join(folder, name)}`);
    await using tools = await fakeTools();
    await tools.add("systemctl");
    await patient.type(`PATH=${tools.folder}:$PATH; ${found?.fix ?? ""}`);
    expect(await tools.calls()).toEqual([`systemctl --user disable --now ${name}`]);
    expect(await codes(patient)).not.toContain(code);
  });
});
