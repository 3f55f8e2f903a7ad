import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { renderUnit } from "@openclaw/service";
import { fakeTools } from "@openclaw/service/testing";
import { describe, expect, test } from "vitest";

import { createPatient, type Patient } from "../testing/doctor.ts";

interface Neighbour {
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Its configuration. */
  readonly config?: object;
}

/** Installs the service of another profile, `b`. */
async function addNeighbour(patient: Patient, { port = 40_000, env = {}, config = {} }: Neighbour) {
  const stateDir = join(patient.home, ".openclaw-b");
  await mkdir(stateDir);
  await writeFile(join(stateDir, "openclaw.json"), JSON.stringify(config));
  const folder = join(patient.home, ".config/systemd/user");
  await mkdir(folder, { recursive: true });
  const environment = {
    OPENCLAW_PROFILE: "b",
    OPENCLAW_STATE_DIR: stateDir,
    OPENCLAW_SERVICE_MARKER: "openclaw",
    OPENCLAW_SERVICE_KIND: "gateway",
    ...env,
  };
  const text = renderUnit(
    {
      description: "b",
      program: ["/usr/bin/node", "/x/openclaw.js", "gateway", "--port", String(port)],
      environment,
      stopTimeoutSec: 30,
    },
    { canNotify: false },
  );
  await writeFile(join(folder, NAME), text);
}

const NAME = "openclaw-gateway-b.service";
const found = async (patient: Patient) => {
  const { findings } = await patient.diagnose();
  return findings.filter(({ title }) => title === "Other gateways of this user");
};

describe("doctor on the services of other profiles", () => {
  test("has nothing to say when each has its own of everything", async () => {
    await using patient = await createPatient();
    await addNeighbour(patient, { port: patient.port + 40 });
    expect(await found(patient)).toEqual([]);
  });

  test.each<[string, (patient: Patient) => Neighbour, RegExp]>([
    ["service-shares-port", ({ port }) => ({ port }), /^Port \d+ is that of openclaw-gateway-b\.service\.$/],
    ["service-near-port", ({ port }) => ({ port: port + 2 }), /^Port \d+ is less than 20 away from that of/],
    [
      "service-shares-workspace",
      ({ home }) => ({ config: { agents: { defaults: { workspace: `${home}/.openclaw/workspace` } } } }),
      /^Workspace .*\/\.openclaw\/workspace is that of openclaw-gateway-b\.service\.$/,
    ],
  ])(
    "%s: says what is shared and with whom; what it prints gets out of the way",
    async (code, neighbour, text) => {
      await using patient = await createPatient();
      await addNeighbour(patient, neighbour(patient));
      const [finding, ...others] = await found(patient);
      expect([finding?.code, others]).toEqual([code, []]);
      expect(finding?.text).toMatch(text);
      expect((await patient.type(finding?.fix ?? "")).code).toBe(0);
      expect(await found(patient)).toEqual([]);
    },
  );

  test.each<[string, (patient: Patient) => Neighbour]>([
    ["service-shares-state", ({ stateDir }) => ({ env: { OPENCLAW_STATE_DIR: stateDir } })],
    ["service-shares-config", ({ configPath }) => ({ env: { OPENCLAW_CONFIG_PATH: configPath } })],
  ])("%s: names the service that is one too many", async (code, neighbour) => {
    await using patient = await createPatient();
    await addNeighbour(patient, neighbour(patient));
    const finding = (await found(patient)).find((each) => each.code === code);
    const path = join(patient.home, ".config/systemd/user", NAME);
    expect(finding?.fix).toBe(`systemctl --user disable --now ${NAME} && rm ${path}`);
    await using tools = await fakeTools();
    await tools.add("systemctl");
    await patient.type(`PATH=${tools.folder}:$PATH; ${finding?.fix ?? ""}`);
    expect(await found(patient)).toEqual([]);
  });
});

describe("gateway install beside the services of other profiles", () => {
  const install = async (patient: Patient, neighbour: Neighbour) => {
    await addNeighbour(patient, neighbour);
    await using tools = await fakeTools();
    await tools.add("systemctl", { "is-enabled": { code: 1 } });
    await tools.add("systemd-notify");
    const entryPath = join(patient.home, "bin-openclaw");
    await writeFile(entryPath, "");
    return await patient.openclaw(["gateway", "install", "--json"], { tools: tools.folder, entryPath });
  };
  const unitPath = (patient: Patient) => join(patient.home, ".config/systemd/user/openclaw-gateway.service");

  test.each<[string, (patient: Patient) => Neighbour, string, string]>([
    ["port", ({ port }) => ({ port }), "Port ", "give this one its own: --port <port>, or set gateway.port"],
    [
      "state folder",
      ({ stateDir }) => ({ env: { OPENCLAW_STATE_DIR: stateDir } }),
      "State folder ",
      "give this one its own: set OPENCLAW_STATE_DIR",
    ],
    [
      "configuration",
      ({ configPath }) => ({ env: { OPENCLAW_CONFIG_PATH: configPath } }),
      "Configuration ",
      "give this one its own: set OPENCLAW_CONFIG_PATH",
    ],
    [
      "workspace",
      ({ home }) => ({ config: { agents: { defaults: { workspace: `${home}/.openclaw/workspace` } } } }),
      "Workspace ",
      "give this one its own: set agents.defaults.workspace",
    ],
  ])(
    "refuses the %s of another one, names it and the setting, and writes nothing",
    async (_what, neighbour, text, hint) => {
      await using patient = await createPatient();
      const { code, stdout } = await install(patient, neighbour(patient));
      expect({ code, ...JSON.parse(stdout) }).toMatchObject({
        code: 1,
        ok: false,
        error: expect.stringMatching(new RegExp(`^${text}.* is that of openclaw-gateway-b\\.service\\.$`)),
        hints: [hint],
      });
      await expect(stat(unitPath(patient))).rejects.toThrow("ENOENT");
    },
  );

  test("warns of a port that is only near, and installs", async () => {
    await using patient = await createPatient();
    const { code, stdout } = await install(patient, { port: patient.port + 2 });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 0,
      warnings: [expect.stringMatching(/^Port \d+ is less than 20 away .* Set gateway\.port\.$/)],
    });
    expect(await readFile(unitPath(patient), "utf8")).toContain("ExecStart=");
  });
});
