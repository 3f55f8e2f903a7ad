import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, lstat, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Treated } from "../doctor/run-checks.ts";
import { type CommandResult, createTestHome, type ProcessFacts, type TestHome } from "./command-line.ts";
import { configFor, freePort } from "./gateway.ts";

/** What `doctor --json` prints. */
export interface DiagnosisJson {
  readonly ok: boolean;
  readonly findings: readonly (Omit<Treated, "repair"> & { readonly repairable: boolean })[];
  readonly changes: readonly string[];
}

/** A home that a doctor looks at: nothing is wrong with it but that no gateway runs. */
export interface Patient extends TestHome {
  readonly port: number;
  readonly stateDir: string;
  readonly configPath: string;
  /** Writes a configuration as it should be: for its owner only. */
  write(config: unknown): Promise<void>;
  /** The diagnosis, without repairs. */
  diagnose(facts?: ProcessFacts): Promise<DiagnosisJson>;
  /** Types a line into a shell in which `openclaw` is this command. */
  type(line: string, facts?: ProcessFacts): Promise<CommandResult>;
  /** Every file and folder below the home with its mode and a hash of what is in it. */
  files(): Promise<ReadonlyMap<string, string>>;
}

/** Creates a {@link Patient}. */
export async function createPatient(): Promise<Patient> {
  const home = await createTestHome();
  const port = await freePort();
  const stateDir = join(home.home, ".openclaw");
  const configPath = join(stateDir, "openclaw.json");
  const write = async (config: unknown) => {
    await home.configure(config);
    await chmod(configPath, 0o600);
    await chmod(stateDir, 0o700);
  };
  await write(configFor(port));
  return {
    ...home,
    port,
    stateDir,
    configPath,
    write,
    diagnose: async (facts = {}) => {
      const { stdout } = await home.openclaw(["doctor", "--json"], facts);
      return JSON.parse(stdout) as DiagnosisJson; // the test says what it expects of it
    },
    type: (line, facts = {}) =>
      line.startsWith("openclaw ")
        ? home.openclaw(line.split(" ").slice(1), facts)
        : inShell(line, { HOME: home.home, PATH: "/usr/bin:/bin" }),
    files: () => filesBelow(home.home),
  };
}

async function inShell(line: string, env: Readonly<Record<string, string>>): Promise<CommandResult> {
  const { stdout, stderr } = await promisify(execFile)("/bin/sh", ["-c", line], { env });
  return { code: 0, stdout, stderr };
}

/** Every file and folder below one, each with its mode and a hash of what is in it. */
export async function filesBelow(folder: string, prefix = ""): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const stats = await lstat(path);
    found.set(`${prefix}${name}`, `${stats.mode.toString(8)} ${await contentOf(path, stats)}`);
    if (!stats.isDirectory()) continue;
    for (const [below, what] of await filesBelow(path, `${prefix}${name}/`)) found.set(below, what);
  }
  return found;
}

async function contentOf(path: string, stats: Awaited<ReturnType<typeof lstat>>): Promise<string> {
  if (stats.isSymbolicLink()) return readlink(path);
  if (!stats.isFile()) return "";
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

/** Paths that are not the same in both, in order. */
export function changedFiles(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

/** Replaces the text of an editor's file. */
export function replacing(from: string | RegExp, to: string): (path: string) => Promise<void> {
  return async (path) => writeFile(path, (await readFile(path, "utf8")).replace(from, to));
}
