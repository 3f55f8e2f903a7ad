import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { START_FIXES } from "@openclaw/config";
import { describe, expect, test } from "vitest";

import { FINDINGS } from "../doctor/finding.ts";
import { changedFiles, createPatient, type Patient, replacing } from "../testing/doctor.ts";
import type { ProcessFacts } from "../testing/command-line.ts";

/** One thing that can be wrong. */
interface Row {
  readonly code: string;
  /** What is broken, when a code has more than one row. */
  readonly when?: string;
  readonly breakIt: (patient: Patient) => Promise<unknown>;
  readonly text: string | RegExp;
  readonly fix: (patient: Patient) => string;
  /** Paths below the home that the fix may change; @default those of a write of the configuration */
  readonly touches?: (path: string) => boolean;
  /** Variables of the shell in which the doctor is called; a fix may unset one. */
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly now?: () => number;
  /** Only root can give a file away. */
  readonly needsRoot?: true;
  /** What the person does in the editor. */
  readonly edit?: (path: string) => Promise<void>;
}

const CONFIG_WRITE =
  /^\.openclaw\/(openclaw\.json(\.bak(\.\d+)?)?|logs(\/config-audit\.jsonl)?|config-history(\/.*)?)$/;

function withGateway(patient: Patient, gateway: object, rest: object = {}): Promise<void> {
  const auth = { mode: "token", token: "test-token-0001" };
  return patient.write({ gateway: { mode: "local", port: patient.port, auth, ...gateway }, ...rest });
}

const SET_ASIDE = {
  now: () => 1_700_000_000_000,
  fix: ({ stateDir }: Patient) => {
    const [state, aside] = [join(stateDir, "gateway.sqlite"), join(stateDir, "set-aside-1700000000000")];
    return `mkdir -m 700 ${aside} && mv ${state}* ${aside}/`;
  },
  touches: (path: string) => /^\.openclaw\/(gateway\.sqlite|set-aside-)/.test(path),
};

function writeState(stateDir: string, content: string | Buffer): Promise<void> {
  return writeFile(join(stateDir, "gateway.sqlite"), content, { mode: 0o600 });
}

/** An SQLite file without tables: its header and one empty page. */
function database({ application, version }: { application: number; version: number }): Buffer {
  const page = Buffer.alloc(4096);
  page.write("SQLite format 3\0", 0, "latin1");
  page.writeUInt16BE(4096, 16);
  page.set([1, 1, 0, 64, 32, 32], 18);
  const words = { 24: 1, 28: 1, 44: 4, 56: 1, 60: version, 68: application, 92: 1, 96: 3_040_000 };
  for (const [at, word] of Object.entries(words)) page.writeUInt32BE(word, Number(at));
  page.set([0x0d, 0, 0, 0, 0, 0x10, 0], 100);
  return page;
}

const ROWS: readonly Row[] = [
  {
    code: "config-unreadable",
    when: "half written, with a good one before it",
    breakIt: async (patient) => {
      await patient.openclaw(["config", "set", "logging.level", "debug"]);
      await patient.write('{ gateway: { mode: "lo');
    },
    text: "JSON5 parse failed",
    fix: () => "openclaw config rollback",
  },
  {
    code: "config-unreadable",
    when: "half written, and there was none before",
    breakIt: (patient) => patient.write('{ gateway: { mode: "local" '),
    text: "JSON5 parse failed",
    fix: () => "openclaw config edit",
    edit: replacing(/$/, "} }"),
  },
  {
    code: "config-legacy-keys",
    breakIt: (patient) => withGateway(patient, { auth: { mode: "token" }, token: "test-token-0001" }),
    text: "gateway.token was moved; use gateway.auth.token instead",
    fix: () => "openclaw doctor --fix",
  },
  {
    code: "config-unknown-keys",
    breakIt: (patient) => withGateway(patient, { prot: 1 }),
    text: 'gateway.prot (did you mean "gateway.port"?)',
    fix: () => "openclaw doctor --fix",
  },
  {
    code: "config-unknown-keys",
    when: "most of the file is unknown (T-CFG-09)",
    breakIt: (patient) => patient.write({ gateway: { mode: "local" }, a: 1, b: 2, c: 3 }),
    text: "a; not repaired by itself: this write drops 3 of 4 settings",
    fix: () => "openclaw doctor --fix --force",
  },
  {
    code: "config-invalid",
    breakIt: (patient) => withGateway(patient, { port: "many" }),
    text: /^gateway\.port: Invalid input: .*openclaw\.json:1\)$/,
    fix: () => "openclaw config edit",
    edit: replacing('"many"', "18789"),
  },
  {
    code: "config-warning",
    breakIt: (patient) => withGateway(patient, {}, { env: { vars: { BASH_ENV: "/x" } } }),
    text: "env.BASH_ENV: ignored: this variable cannot be set in the configuration",
    fix: () => "openclaw config unset env.vars.BASH_ENV",
  },
  {
    code: "config-missing",
    breakIt: ({ configPath }) => rm(configPath),
    text: "the first start writes one",
    fix: () => "openclaw setup",
    touches: (path) => CONFIG_WRITE.test(path) || path === ".openclaw/workspace",
  },
  {
    code: "config-missing",
    when: "lost, and its text is kept",
    breakIt: async (patient) => {
      await patient.type("openclaw config set logging.level debug");
      await rm(patient.configPath);
    },
    text: "gateway start will be blocked",
    fix: () => "openclaw config rollback",
  },
  {
    code: "gateway-mode-unset",
    breakIt: (patient) => patient.write({ gateway: { auth: { token: "test-token-0001" } } }),
    text: "gateway.mode is unset; gateway start will be blocked.",
    fix: () => "openclaw config set gateway.mode local",
  },
  {
    code: "gateway-remote-url-missing",
    breakIt: (patient) => withGateway(patient, { mode: "remote" }),
    text: "gateway.remote.url is missing",
    fix: () => "openclaw config set gateway.mode local",
  },
  {
    code: "gateway-token-missing",
    breakIt: (patient) => withGateway(patient, { auth: {} }),
    text: "Gateway auth is missing a token.",
    fix: () => "openclaw doctor --generate-gateway-token",
  },
  {
    code: "gateway-auth-off",
    breakIt: (patient) => withGateway(patient, { auth: { mode: "none" } }),
    text: "Gateway auth is off",
    fix: () => "openclaw config set gateway.auth.mode token",
  },
  {
    code: "port-variable-ignored",
    breakIt: () => Promise.resolve(),
    text: 'OPENCLAW_GATEWAY_PORT is "many", which is no port',
    fix: () => "unset OPENCLAW_GATEWAY_PORT",
    env: { OPENCLAW_GATEWAY_PORT: "many" },
  },
  {
    code: "start-password-missing",
    breakIt: (patient) => withGateway(patient, { auth: { mode: "password" } }),
    text: "no password is configured",
    fix: () => "openclaw config set gateway.auth.mode token",
  },
  {
    code: "start-bind-without-auth",
    breakIt: (patient) => withGateway(patient, { bind: "lan", auth: { mode: "none" } }),
    text: "refusing to bind gateway to 0.0.0.0",
    fix: () => "openclaw config set gateway.bind loopback",
  },
  {
    code: "start-custom-bind-host-missing",
    breakIt: (patient) => withGateway(patient, { bind: "custom" }),
    text: "requires gateway.customBindHost",
    fix: () => "openclaw config set gateway.bind loopback",
  },
  {
    code: "start-custom-bind-host-invalid",
    breakIt: (patient) => withGateway(patient, { bind: "custom", customBindHost: "here" }),
    text: "requires a valid IPv4 customBindHost",
    fix: () => "openclaw config set gateway.bind loopback",
  },
  {
    code: "start-custom-bind-host-foreign",
    breakIt: (patient) => withGateway(patient, { bind: "custom", customBindHost: "192.0.2.7" }),
    text: "refusing fallback",
    fix: () => "openclaw config set gateway.bind loopback",
  },
  {
    code: "start-proxy-settings-missing",
    breakIt: (patient) => withGateway(patient, { auth: { mode: "trusted-proxy" } }),
    text: "no trustedProxy config was provided",
    fix: () => "openclaw config set gateway.auth.mode token",
  },
  {
    code: "start-proxies-missing",
    breakIt: (patient) =>
      withGateway(patient, { auth: { mode: "trusted-proxy", trustedProxy: { userHeader: "x-user" } } }),
    text: "at least one proxy IP",
    fix: () => "openclaw config set gateway.auth.mode token",
  },
  {
    code: "start-loopback-proxy-missing",
    breakIt: (patient) =>
      withGateway(patient, {
        auth: { mode: "trusted-proxy", trustedProxy: { userHeader: "x-user" } },
        trustedProxies: ["192.0.2.7"],
      }),
    text: "requires gateway.trustedProxies to include 127.0.0.1",
    fix: () => "openclaw config set gateway.auth.mode token",
  },
  {
    code: "start-funnel-without-password",
    breakIt: (patient) => withGateway(patient, { tailscale: { mode: "funnel" } }),
    text: "requires gateway auth mode=password",
    fix: () => "openclaw config set gateway.tailscale.mode off",
  },
  {
    code: "start-tailscale-off-loopback",
    breakIt: (patient) => withGateway(patient, { bind: "lan", tailscale: { mode: "serve" } }),
    text: "requires gateway bind=loopback",
    fix: () => "openclaw config set gateway.bind loopback",
  },
  {
    code: "start-control-ui-origins-missing",
    breakIt: (patient) => withGateway(patient, { bind: "lan" }),
    text: "requires gateway.controlUi.allowedOrigins",
    fix: () => "openclaw config set gateway.bind loopback",
  },
  {
    code: "start-hooks-token-missing",
    breakIt: (patient) => withGateway(patient, {}, { hooks: { enabled: true } }),
    text: "hooks.enabled requires hooks.token",
    fix: () => "openclaw config set hooks.enabled false",
  },
  {
    code: "start-hooks-token-shared",
    breakIt: (patient) => withGateway(patient, {}, { hooks: { enabled: true, token: "test-token-0001" } }),
    text: "hooks.token must not match gateway auth token",
    fix: () => "openclaw config set hooks.enabled false",
  },
  {
    code: "start-hooks-path-root",
    breakIt: (patient) =>
      withGateway(patient, {}, { hooks: { enabled: true, token: "other-0001", path: "/" } }),
    text: "hooks.path may not be '/'",
    fix: () => "openclaw config unset hooks.path",
  },
  {
    code: "start-hooks-prefix-unlisted",
    breakIt: (patient) =>
      withGateway(
        patient,
        {},
        {
          hooks: { enabled: true, token: "other-0001", allowedSessionKeyPrefixes: ["a:"] },
        },
      ),
    text: "must include 'hook:'",
    fix: () => "openclaw config unset hooks.allowedSessionKeyPrefixes",
  },
  {
    code: "start-hooks-default-key-unlisted",
    breakIt: (patient) =>
      withGateway(
        patient,
        {},
        {
          hooks: {
            enabled: true,
            token: "other-0001",
            defaultSessionKey: "b:1",
            allowedSessionKeyPrefixes: ["a:"],
          },
        },
      ),
    text: "hooks.defaultSessionKey must match",
    fix: () => "openclaw config unset hooks.allowedSessionKeyPrefixes",
  },
  {
    code: "state-folder-old-name",
    breakIt: ({ stateDir, home }) => rename(stateDir, join(home, ".clawdbot")),
    text: /\.clawdbot has the name of an older release/,
    fix: ({ home, stateDir }) => `mv ${home}/.clawdbot ${stateDir}`,
    touches: () => true,
  },
  {
    code: "config-old-name",
    breakIt: ({ stateDir, configPath }) => rename(configPath, join(stateDir, "clawdbot.json")),
    text: /clawdbot\.json has the name of an older release/,
    fix: ({ stateDir }) => `mv ${stateDir}/clawdbot.json ${stateDir}/openclaw.json`,
    touches: (path) => /^\.openclaw\/(clawdbot|openclaw)\.json$/.test(path),
  },
  {
    code: "state-folders-several",
    breakIt: ({ home }) => mkdir(join(home, ".moltbot")),
    text: /\.moltbot is there beside/,
    fix: ({ home }) => `mv ${home}/.moltbot ${home}/.moltbot.old`,
    touches: (path) => path.startsWith(".moltbot"),
  },
  {
    code: "state-folder-missing",
    breakIt: ({ stateDir }) => rm(stateDir, { recursive: true }),
    text: "State folder missing",
    fix: ({ stateDir }) => `mkdir -p -m 700 ${stateDir}`,
    touches: (path) => path === ".openclaw",
  },
  {
    code: "state-folder-foreign",
    uid: 0,
    needsRoot: true,
    breakIt: ({ stateDir }) => chown(stateDir, 4242, 4242),
    text: /belongs to user 4242, not to 0\.$/,
    fix: ({ stateDir }) => `chown -R 0 ${stateDir}`,
    touches: () => false,
  },
  {
    code: "state-folder-unusable",
    breakIt: ({ stateDir }) => chmod(stateDir, 0o500),
    text: "cannot be used by its own owner",
    fix: ({ stateDir }) => `chmod 700 ${stateDir}`,
    touches: (path) => path === ".openclaw",
  },
  {
    code: "state-folder-exposed",
    breakIt: ({ stateDir }) => chmod(stateDir, 0o755),
    text: "is open to other users",
    fix: ({ stateDir }) => `chmod 700 ${stateDir}`,
    touches: (path) => path === ".openclaw",
  },
  {
    code: "config-exposed",
    breakIt: ({ configPath }) => chmod(configPath, 0o640),
    text: "can be read by other users",
    fix: ({ configPath }) => `chmod 600 ${configPath}`,
    touches: (path) => path === ".openclaw/openclaw.json",
  },
  {
    code: "secret-exposed",
    breakIt: async ({ stateDir }) => {
      await writeFile(join(stateDir, ".env"), "A=1\n");
      await chmod(join(stateDir, ".env"), 0o644);
    },
    text: /\.env can be read by other users/,
    fix: ({ stateDir }) => `chmod 600 ${stateDir}/.env`,
    touches: (path) => path === ".openclaw/.env",
  },
  {
    code: "store-damaged",
    breakIt: ({ stateDir }) => writeState(stateDir, "no database ".repeat(50)),
    text: /gateway\.sqlite: .*begins an empty one\.$/,
    ...SET_ASIDE,
  },
  {
    code: "store-newer",
    breakIt: ({ stateDir }) => writeState(stateDir, database({ application: 0x4f434757, version: 9999 })),
    text: "the state file was written by a newer version",
    ...SET_ASIDE,
  },
  {
    code: "store-foreign",
    breakIt: ({ stateDir }) => writeState(stateDir, database({ application: 5, version: 1 })),
    text: "the file is not a gateway's state file",
    ...SET_ASIDE,
  },
  {
    code: "store-unreadable",
    breakIt: ({ stateDir }) => mkdir(join(stateDir, "gateway.sqlite"), { mode: 0o700 }),
    text: /gateway\.sqlite: .*Look at the disk/,
    ...SET_ASIDE,
  },
  {
    code: "state-lock-unusable",
    breakIt: async ({ stateDir }) => {
      await writeState(stateDir, database({ application: 0x4f434757, version: 1 }));
      await mkdir(join(stateDir, "gateway.lock", "x"), { recursive: true });
    },
    text: "The lock of the state folder cannot be taken",
    fix: ({ stateDir }) => `mv ${stateDir}/gateway.lock ${stateDir}/gateway.lock.old`,
    touches: (path) => path.startsWith(".openclaw/gateway.lock"),
  },
  {
    code: "crash-report",
    breakIt: async ({ stateDir }) => {
      await mkdir(join(stateDir, "crash"), { mode: 0o700 });
      await writeFile(join(stateDir, "crash", "2026-11-22T12-34-56.789Z.json"), "{}");
    },
    text: "The gateway crashed at 2026-11-22T12:34:56.789Z",
    fix: ({ stateDir }) => `rm ${stateDir}/crash/2026-11-22T12-34-56.789Z.json`,
    touches: (path) => path.startsWith(".openclaw/crash"),
  },
  {
    code: "bind-exposed",
    breakIt: (patient) => withGateway(patient, { bind: "lan", controlUi: { enabled: false } }),
    text: "can be reached from the network (0.0.0.0",
    fix: () => "openclaw config set gateway.bind loopback",
  },
  {
    code: "browser-checks-weakened",
    breakIt: (patient) => withGateway(patient, { controlUi: { allowInsecureAuth: true } }),
    text: "gateway.controlUi.allowInsecureAuth is on",
    fix: () => "openclaw config unset gateway.controlUi.allowInsecureAuth",
  },
  {
    code: "channel-open",
    breakIt: (patient) =>
      withGateway(patient, {}, { channels: { irc: { dmPolicy: "open", allowFrom: ["*"] } } }),
    text: "Everybody may write to irc",
    fix: () => "openclaw config set channels.irc.dmPolicy pairing",
  },
];

const isRoot = process.getuid?.() === 0;

describe("what the doctor finds", () => {
  test.each(
    ROWS.filter(({ needsRoot }) => isRoot || !needsRoot).map(
      (row) => [`${row.code}${row.when === undefined ? "" : ` (${row.when})`}`, row] as const,
    ),
  )(
    "%s: told, and gone when the printed fix is typed, with nothing else changed",
    { timeout: 30_000 },
    async (_name, { code, breakIt, text, fix, touches = (path) => CONFIG_WRITE.test(path), ...row }) => {
      await using patient = await createPatient();
      await breakIt(patient);
      const shell = new Map(Object.entries(row.env ?? {}));
      const facts = (): ProcessFacts => ({
        env: Object.fromEntries(shell),
        ...(row.edit && { edit: row.edit }),
        ...(row.now && { now: row.now }),
        ...(row.uid !== undefined && { uid: row.uid }),
      });
      const broken = await patient.files();

      const { findings } = await patient.diagnose(facts());
      const found = findings.find((each) => each.code === code);
      expect(findings.map((each) => each.code)).toContain(code);
      expect(found?.text).toMatch(text);
      expect(found?.fix).toBe(fix(patient));
      expect(changedFiles(broken, await patient.files())).toEqual([]);

      const typed = found?.fix ?? "";
      if (typed.startsWith("unset ")) shell.delete(typed.slice("unset ".length));
      else expect(await patient.type(typed, facts())).toMatchObject({ code: 0 });
      const mended = await patient.files();
      expect(changedFiles(broken, mended).filter((path) => !touches(path))).toEqual([]);

      const after = await patient.diagnose(facts());
      expect(after.findings.map((each) => each.code)).not.toContain(code);
      expect(changedFiles(mended, await patient.files())).toEqual([]);
    },
  );
});

test("every code has a row", () => {
  // No file, old keys and a mode that is not local have codes of their own.
  const own = ["missing-config", "legacy-config", "start-blocked"];
  const starts = Object.keys(START_FIXES).filter((failure) => !own.includes(failure));
  const known = [...Object.keys(FINDINGS), ...starts.map((failure) => `start-${failure}`)];
  const tried = new Set(ROWS.map(({ code }) => code));
  // These have gateways, ports and services of their own: doctor-gateway.test.ts.
  const elsewhere =
    /^(gateway-(address|config|down|remote-un|restart|silent|unauthorized|version)|port-(foreign|other)|service-)/;
  expect(known.filter((code) => !tried.has(code) && !elsewhere.test(code))).toEqual([]);
});

test("docs/doctor.md lists every code with its severity", async () => {
  const text = await readFile(new URL("../../../../docs/doctor.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (error|warning|info) +\|/gm)];
  expect(Object.fromEntries(rows.map(([, code, severity]) => [code, severity]))).toEqual(FINDINGS);
});
