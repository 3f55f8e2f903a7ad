import { expect, test } from "vitest";

import { installRelease } from "../support/other-release.ts";
import { freePort } from "../support/gateway-process.ts";
import { changedFiles, Patient } from "../support/patient.ts";
import { SshServer, whyNoSsh } from "../support/ssh-server.ts";

/** One thing that can be wrong with a gateway in the foreground. */
interface Row {
  readonly code: string;
  /** What is broken, when a code has more than one row. */
  readonly when?: string;
  readonly breakIt: (patient: Patient) => Promise<unknown>;
  readonly text: RegExp;
  readonly fix: RegExp;
  /** Variables of the shell in which all of it is typed; a fix may unset one. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the fix may change of what is not the gateway's own. @default nothing */
  readonly touches?: RegExp;
  /** What a person does in the editor that the fix opens: a `sed` script. */
  readonly edit?: string;
}

const FORCE = /^openclaw gateway --force$/;
const EDIT = /^openclaw config edit$/;
const CONFIG = /^\.openclaw\/openclaw\.json/;

/** A gateway that has nothing of ours but the token. */
const elsewhere = ({ port, token }: Patient) =>
  `openclaw --profile far gateway --allow-unconfigured --port ${port} --token ${token}`;

const ROWS: readonly Row[] = [
  {
    code: "gateway-down",
    breakIt: () => Promise.resolve(),
    text: /^Gateway not running: nobody listens at ws:\/\/127\.0\.0\.1:\d+\.$/,
    fix: /^openclaw gateway$/,
  },
  {
    code: "gateway-silent",
    breakIt: async (patient) => {
      const gateway = await patient.typeGateway("openclaw gateway");
      expect(await patient.findings()).toEqual([]);
      gateway.kill("SIGSTOP");
    },
    text: /does not answer as it should: .* Process \d+ has the port: /,
    fix: FORCE,
  },
  {
    code: "gateway-unauthorized",
    when: "it was started with another token",
    breakIt: (patient) => patient.typeGateway("openclaw gateway --token another-token-0123456789abcdef"),
    text: /does not take this command's credentials: .* It may have been started with others\.$/,
    fix: FORCE,
  },
  {
    code: "gateway-unauthorized",
    when: "this shell has another token",
    breakIt: (patient) => patient.typeGateway("openclaw gateway"),
    env: { OPENCLAW_GATEWAY_TOKEN: "a-stale-token-0123456789abcdef" },
    text: /OPENCLAW_GATEWAY_TOKEN of this shell goes before the configuration\.$/,
    fix: /^unset OPENCLAW_GATEWAY_TOKEN$/,
  },
  {
    code: "gateway-config-refused",
    breakIt: async (patient) => {
      await patient.typeGateway("openclaw gateway");
      // Valid by itself, and the gateway would not start with it.
      await patient.configure({ tailscale: { mode: "funnel" } });
    },
    text: /goes on with the configuration before \(\w+\): /,
    fix: /^openclaw config rollback$/,
    touches: CONFIG,
  },
  {
    code: "gateway-restart-pending",
    breakIt: async (patient) => {
      await patient.configure({ reload: { mode: "hot" } });
      await patient.typeGateway("openclaw gateway");
      await patient.configure({ reload: { mode: "hot" }, tools: { deny: ["exec"] } });
    },
    text: /^Changed, and in force only after a restart: gateway\.tools/,
    fix: /^kill -USR1 \d+$/,
  },
  {
    code: "port-other-gateway",
    when: "of another profile, with credentials of its own",
    breakIt: (patient) =>
      patient.typeGateway(`openclaw --profile other gateway --allow-unconfigured --port ${patient.port}`),
    text: /is held by another gateway: pid \d+ /,
    fix: /^openclaw config set gateway\.port \d+$/,
    touches: CONFIG,
  },
  {
    code: "gateway-remote-unreachable",
    when: "its address is wrong",
    breakIt: async (patient) => {
      await patient.typeGateway(elsewhere(patient));
      const url = `ws://127.0.0.1:${patient.port + 1}`;
      await patient.configure({ mode: "remote", remote: { url, token: patient.token } });
    },
    text: /cannot be used: .* Open the tunnel \(ssh -N -L \d+:127\.0\.0\.1:18789 user@gateway-host\), or correct gateway\.remote\.url\.$/,
    fix: EDIT,
    edit: "s/127.0.0.1:[0-9]*/127.0.0.1:PORT/",
    touches: CONFIG,
  },
  {
    code: "gateway-remote-unreachable",
    when: "its token is wrong",
    breakIt: async (patient) => {
      await patient.typeGateway(elsewhere(patient));
      const remote = { url: `ws://127.0.0.1:${patient.port}`, token: "another-token-0123456789abcdef" };
      await patient.configure({ mode: "remote", remote });
    },
    text: /cannot be used: .* Correct gateway\.remote\.token or gateway\.remote\.password\.$/,
    fix: EDIT,
    edit: "s/another-token-0123456789abcdef/TOKEN/",
    touches: CONFIG,
  },
  {
    code: "gateway-address-unusable",
    breakIt: (patient) =>
      patient.configure({ mode: "remote", remote: { url: "ws://192.0.2.1:18789", token: patient.token } }),
    text: /SECURITY ERROR/,
    fix: EDIT,
    edit: "s/192.0.2.1:18789/127.0.0.1:PORT/",
    touches: CONFIG,
  },
];

test.each(ROWS.map((row) => [`${row.code}${row.when === undefined ? "" : ` (${row.when})`}`, row] as const))(
  "%s: told, and gone when the printed fix is typed, with nothing else changed",
  { timeout: 120_000 },
  async (_name, { code, breakIt, text, fix, env = {}, touches, edit }) => {
    await using patient = await Patient.create();
    await breakIt(patient);
    const script = edit?.replace("PORT", String(patient.port)).replace("TOKEN", patient.token);
    const shell = { ...env, ...(script !== undefined && { EDITOR: `sed -i '${script}'` }) };
    await expect
      .poll(async () => (await patient.findings(shell)).map((each) => each.code), { timeout: 30_000 })
      .toContain(code);
    const broken = await patient.files();
    const found = (await patient.findings(shell)).find((each) => each.code === code);
    expect(found?.text).toMatch(text);
    expect(found?.fix).toMatch(fix);
    expect(changedFiles(broken, await patient.files())).toEqual([]);

    const after = await typeFix(patient, found?.fix ?? "", shell);
    await expect
      .poll(async () => (await patient.findings(after)).map((each) => each.code), { timeout: 30_000 })
      .not.toContain(code);
    const changed = changedFiles(broken, await patient.files());
    expect(changed.filter((path) => touches?.test(path) !== true)).toEqual([]);
  },
);

test("gateway-version-skew: told, and gone when the printed fix is typed", { timeout: 120_000 }, async () => {
  await using older = await installRelease("2026.10.0");
  await using patient = await Patient.create();
  await patient.typeGateway(`${process.execPath} ${older.cli} gateway`);
  const [found] = await patient.findings();
  expect(found).toMatchObject({
    code: "gateway-version-skew",
    text: "The running gateway is release 2026.10.0, this command is 2026.11.0.",
    fix: "openclaw gateway --force",
  });
  await typeFix(patient, found?.fix ?? "", {});
  expect(await patient.findings()).toEqual([]);
});

const sshObstacle = whyNoSsh();

test.skipIf(sshObstacle !== undefined)(
  `gateway-remote-unreachable: opens the tunnel that it is told of${sshObstacle === undefined ? "" : ` (skipped: ${sshObstacle})`}`,
  { timeout: 120_000 },
  async () => {
    await using server = await SshServer.start();
    await using patient = await Patient.create();
    const near = await freePort();
    await patient.typeGateway(elsewhere(patient));
    const remote = { url: `ws://127.0.0.1:${near}`, token: patient.token, sshTarget: "gateway-host" };
    await patient.configure({ mode: "remote", remote });
    const [found] = await patient.findings();
    expect(found).toMatchObject({
      code: "gateway-remote-unreachable",
      fix: `ssh -f -N -L ${near}:127.0.0.1:18789 gateway-host`,
    });
    const PATH = await server.client("gateway-host");
    // The port at the far end is the usual one, which this machine may use for something else.
    const typed = (found?.fix ?? "").replace(":18789 ", `:${patient.port} `);
    // What stays in the background keeps its output open.
    expect(await patient.type(`PATH=${PATH}:$PATH; ${typed} >/dev/null 2>&1`)).toMatchObject({ code: 0 });
    expect(await patient.findings()).toEqual([]);
  },
);

/** Types a fix as it is printed, and gives the variables the shell has then. */
async function typeFix(
  patient: Patient,
  fix: string,
  env: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const [, variable] = /^unset (\w+)$/.exec(fix) ?? [];
  if (variable !== undefined)
    return Object.fromEntries(Object.entries(env).filter(([name]) => name !== variable));
  // Only a gateway in the foreground goes on until somebody ends it.
  if (/^openclaw gateway( --force)?$/.test(fix)) await patient.typeGateway(fix, env);
  else expect(await patient.type(fix, env)).toMatchObject({ code: 0 });
  return env;
}
