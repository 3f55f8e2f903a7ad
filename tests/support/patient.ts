import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { changedFiles, type DiagnosisJson, filesBelow, freePort } from "@openclaw/cli/testing";

import { collect, type CommandResult, kill, root, TemporaryUser, waitFor } from "./gateway-process.ts";

type Variables = Readonly<Record<string, string>>;

/** What a doctor finds in {@link Patient}. */
export type Found = DiagnosisJson["findings"][number];

/** A user with a configuration as it should be, gateways that are really there, and a shell with `openclaw` on its path. */
export class Patient implements AsyncDisposable {
  readonly port: number;
  readonly token = "a-token-for-the-doctor-0123456789abcdef";
  readonly #user: TemporaryUser;
  readonly #typed: ChildProcess[] = [];

  private constructor(user: TemporaryUser, port: number) {
    this.#user = user;
    this.port = port;
  }

  static async create(): Promise<Patient> {
    const patient = new Patient(await TemporaryUser.create(), await freePort());
    await mkdir(patient.stateDir, { mode: 0o700 });
    await patient.configure({});
    return patient;
  }

  get home(): string {
    return this.#user.home;
  }

  get stateDir(): string {
    return join(this.home, ".openclaw");
  }

  get configPath(): string {
    return join(this.stateDir, "openclaw.json");
  }

  /** Writes the configuration. @param gateway differs from a local gateway with {@link token} in this */
  async configure(gateway: object): Promise<void> {
    const auth = { mode: "token", token: this.token };
    const config = { gateway: { mode: "local", port: this.port, auth, ...gateway } };
    await writeFile(this.configPath, JSON.stringify(config), { mode: 0o600 });
  }

  /** Changes the text of the configuration as a person with an editor does. */
  async edit(from: string | RegExp, to: string): Promise<void> {
    await writeFile(this.configPath, (await readFile(this.configPath, "utf8")).replace(from, to));
  }

  /** What the doctor finds, without repairs. */
  async findings(env: Variables = {}): Promise<readonly Found[]> {
    const { stdout } = await this.type("openclaw doctor --json", env);
    return (JSON.parse(stdout) as DiagnosisJson).findings;
  }

  /** Types a line into a shell; resolves when it ends. */
  async type(line: string, env: Variables = {}): Promise<CommandResult> {
    const child = this.#shell(line, env);
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (part: Buffer) => (stdout += part.toString()));
    child.stderr?.on("data", (part: Buffer) => (stderr += part.toString()));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, stdout, stderr };
  }

  /** Types a line that starts a gateway in the foreground; resolves when it listens. */
  async typeGateway(line: string, env: Variables = {}): Promise<ChildProcess> {
    const child = this.#shell(`exec ${line}`, env);
    this.#typed.push(child);
    const output = collect(child);
    await Promise.race([
      waitFor(output, /listening on ws:/),
      new Promise((_resolve, reject) =>
        child.once("exit", (code) =>
          reject(new Error(`${line} ended with ${String(code)}:\n${output.text}`)),
        ),
      ),
    ]);
    return child;
  }

  /** Everything below the home but what gateways and connections write of themselves. */
  async files(): Promise<ReadonlyMap<string, string>> {
    const found = await filesBelow(this.home);
    return new Map(
      [...found].filter(
        ([path]) =>
          !/^\.openclaw(-\w+)?(\/((.*\.)?gateway\.|logs|config-history|crash|identity).*)?$/.test(path),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#typed.map((child) => kill(child, "SIGKILL")));
    await this.#user[Symbol.asyncDispose]();
  }

  #shell(line: string, env: Variables): ChildProcess {
    const path = `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
    return spawn("/bin/sh", ["-c", line], {
      env: this.#user.env({ PATH: path, ...env }),
      cwd: this.home,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}

export { changedFiles };
