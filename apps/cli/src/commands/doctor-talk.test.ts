import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { changedFiles, createPatient } from "../testing/doctor.ts";

const EXPOSED = { gateway: { mode: "local", auth: { mode: "token", token: "test-token-0001" }, bogus: 1 } };

describe("doctor", { timeout: 30_000 }, () => {
  test("shows boxes, what to type in one line, and says how to apply what it can mend", async () => {
    await using patient = await createPatient();
    await patient.write(EXPOSED);
    const { code, stdout, stderr } = await patient.openclaw(["doctor"]);
    expect(code).toBe(0);
    expect(stdout.split("\n").slice(0, 9)).toEqual([
      "┌  OpenClaw doctor",
      "│",
      "◇  Unknown config keys ─────────────────────────────╮",
      "│                                                   │",
      "│  - CRITICAL: gateway.bogus [config-unknown-keys]  │",
      "│    Fix: openclaw doctor --fix                     │",
      "│                                                   │",
      "├───────────────────────────────────────────────────╯",
      "│",
    ]);
    expect(stdout).toContain('Run "openclaw doctor --fix" to apply changes.\n│\n└  Doctor complete.\n');
    expect(stderr).toBe('Invalid config:\n- gateway: Unrecognized key: "bogus"\n');
  });

  test("keeps commands whole that are longer than the box, and shortens the home folder for people only", async () => {
    await using patient = await createPatient();
    await chmod(patient.configPath, 0o644);
    const { stdout } = await patient.openclaw(["doctor"]);
    expect(stdout).toContain("~/.openclaw/openclaw.json can be read by other users");
    expect(stdout).toContain(`Fix: chmod 600 ${patient.configPath}  `);
    const { findings } = await patient.diagnose();
    expect(findings.find(({ code }) => code === "config-exposed")?.text).toContain(patient.configPath);
  });

  test("with --json prints one value and nothing else, and leaves every byte alone", async () => {
    await using patient = await createPatient();
    await patient.write(EXPOSED);
    const before = await patient.files();
    const { code, stdout, stderr } = await patient.openclaw(["doctor", "--json"], { stdinIsTerminal: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      findings: [{ code: "config-unknown-keys", severity: "error", repairable: true, repaired: false }],
      changes: [],
    });
    expect(changedFiles(before, await patient.files())).toEqual([]);
  });

  test("with --fix and nobody to ask mends the configuration, and nothing else", async () => {
    await using patient = await createPatient();
    await patient.write(EXPOSED);
    await chmod(patient.stateDir, 0o755);
    const { stdout, stderr } = await patient.openclaw(["doctor", "--fix"]);
    expect(stderr).toBe("");
    expect(stdout).toContain("- Removed gateway.bogus, which is no setting.");
    expect(stdout).toContain("- Backup: ~/.openclaw/openclaw.json.bak");
    expect(await readFile(`${patient.configPath}.bak`, "utf8")).toContain("bogus");
    expect((await stat(patient.stateDir)).mode & 0o777).toBe(0o755);
    expect(stdout).not.toContain("to apply changes");
  });

  test("with --yes mends all it can, and tells what it changed", async () => {
    await using patient = await createPatient();
    await rm(patient.stateDir, { recursive: true });
    const { stdout } = await patient.openclaw(["doctor", "--yes"]);
    expect(stdout).toContain("- Created ~/.openclaw");
    expect((await stat(patient.stateDir)).mode & 0o777).toBe(0o700);
  });

  test("asks at a terminal before each repair, and takes no for an answer", async () => {
    await using patient = await createPatient();
    await chmod(patient.configPath, 0o644);
    await chmod(patient.stateDir, 0o755);
    await patient.openclaw(["doctor"], { stdinIsTerminal: true, answers: ["n", "y"] });
    expect((await stat(patient.stateDir)).mode & 0o777).toBe(0o755);
    expect((await stat(patient.configPath)).mode & 0o777).toBe(0o600);
  });

  test("T-CFG-08 closes files that others can read", async () => {
    await using patient = await createPatient();
    const state = join(patient.stateDir, "gateway.sqlite");
    await patient.type(`umask 0; touch ${state}; chmod 666 ${state}`);
    const { stdout } = await patient.openclaw(["doctor", "--yes", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ changes: [`Set ${state} to 600`] });
    expect((await stat(state)).mode & 0o777).toBe(0o600);
  });

  test("tells why a repair was not made, and goes on", async () => {
    await using patient = await createPatient();
    await writeFile(join(patient.home, "blocked"), "");
    const env = { OPENCLAW_STATE_DIR: join(patient.home, "blocked", "state") };
    const { stdout } = await patient.openclaw(["doctor", "--yes"], { env });
    expect(stdout).toMatch(/- Not repaired \(state-folder-missing\): ENOTDIR/);
    expect(stdout).toContain("└  Doctor complete.");
  });

  test("with --strict ends with 1 as long as an error is left", async () => {
    await using patient = await createPatient();
    await patient.write(EXPOSED);
    expect((await patient.openclaw(["doctor", "--strict", "--json"])).code).toBe(1);
  });
});
