import { execFile, spawn, type ChildProcess, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cli, type CommandResult, kill } from "./gateway-process.ts";

/** Why no user can be added to this machine; undefined when one can. */
export function whyNoSystemUser(): string | undefined {
  if (process.platform !== "linux") return "not Linux";
  if (process.getuid?.() !== 0) return "not root: no user can be added";
  if (spawnSync("useradd", ["--help"]).status !== 0) return "useradd is missing";
  const nobody = { uid: 65_534, gid: 65_534 };
  return spawnSync(process.execPath, [cli, "--version"], nobody).status === 0
    ? undefined
    : "other users cannot read this checkout";
}

/** A user that this machine has just got; their processes end and the user goes when the test is over. */
export class SystemUser implements AsyncDisposable {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly #children = new Set<ChildProcess>();

  private constructor(name: string) {
    const id = (flag: string) => Number(run("id", flag, name));
    this.name = name;
    this.uid = id("-u");
    this.gid = id("-g");
    this.home = `/home/${name}`;
  }

  static create(): SystemUser {
    const name = `oc${randomBytes(4).toString("hex")}`;
    run("useradd", "--create-home", "--home-dir", `/home/${name}`, "--shell", "/bin/sh", name);
    return new SystemUser(name);
  }

  /** Starts a program as this user. */
  spawn(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(program, [...args], { ...this.#place(env), stdio: ["ignore", "pipe", "pipe"] });
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }

  /** Types `openclaw …` as this user. */
  openclaw(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    return new Promise((resolve) => {
      const options = { ...this.#place(env), timeout: 60_000 };
      const child = execFile(process.execPath, [cli, ...args], options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (child.exitCode ?? null), stdout, stderr }),
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#children].map((child) => kill(child, "SIGKILL")));
    run("userdel", "--remove", "--force", this.name);
  }

  #place(env: Readonly<Record<string, string>>) {
    const own = { HOME: this.home, USER: this.name, LOGNAME: this.name, TMPDIR: this.home };
    // As for every user of a test: nothing is said on the network of this machine.
    const quiet = { OPENCLAW_DISABLE_BONJOUR: "1" };
    const path = process.env["PATH"] ?? "";
    return {
      uid: this.uid,
      gid: this.gid,
      cwd: this.home,
      env: { PATH: path, TZ: "UTC", NO_COLOR: "1", ...quiet, ...own, ...env },
    };
  }
}

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, [...args], { encoding: "utf8" });
  // The mail folder that a container lacks is no failure of userdel's.
  if (status === 0 || (program === "userdel" && status === 12)) return stdout.trim();
  throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr}`);
}
