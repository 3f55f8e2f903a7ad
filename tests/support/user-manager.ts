import { execFile, spawn, type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync } from "node:fs";
import { appendFile, chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { cli, type CommandResult } from "./gateway-process.ts";

/** The program of systemd, where there is one. */
export const SYSTEMD = ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"].find((path) => existsSync(path));

/** The program that keeps the journal, where there is one. */
export const JOURNALD = ["/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald"].find((path) =>
  existsSync(path),
);

/** Trees of cgroups in which a user manager may get a group of its own. */
export const CGROUPS = ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"];

/** How the journal knows the manager of root, and below it root's own services: by the name of its group. */
const MANAGER = "user@0.service";

// A user manager starts only where the machine was booted with systemd. Here a mount namespace of its own says so; the
// manager needs cgroups that it may divide, under cgroup v1 those of systemd's own tree.
const START = `
set -e
mount -t tmpfs tmpfs /run/systemd 2>/dev/null || { mkdir -p /run/systemd; mount -t tmpfs tmpfs /run/systemd; }
mkdir -p /run/systemd/system
for root in ${CGROUPS.join(" ")}; do
  if [ -w "$root/cgroup.procs" ]; then
    mkdir -p "$root/$GROUP" && echo $$ > "$root/$GROUP/cgroup.procs" || true
  fi
done
if [ -n "$JOURNALD" ]; then
  mkdir -p /run/systemd/journal /run/log
  mount -t tmpfs tmpfs /run/log
  mkdir /run/log/journal
  "$JOURNALD" 2>/dev/null &
  for look in $(seq 100); do [ -S /run/systemd/journal/stdout ] && break; sleep 0.05; done
fi
exec ${SYSTEMD ?? "false"} --user
`;

/** Why no real user manager can run here; undefined when one can. */
export function whyNoUserManager(): string | undefined {
  if (process.platform !== "linux") return "not Linux";
  if (SYSTEMD === undefined || !existsSync("/usr/bin/systemctl")) return "systemd is not installed";
  if (process.getuid?.() !== 0) return "not root: a mount namespace cannot be made";
  if (spawnSync("unshare", ["-m", "--propagation", "private", "true"]).status !== 0)
    return "mount namespaces are not allowed";
  const roots = ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup"];
  return roots.some((root) => isWritable(join(root, "cgroup.procs"))) ? undefined : "cgroups are read-only";
}

/** A user of this machine with a systemd manager of their own; everything is stopped and removed at the end. */
export class ManagedUser implements AsyncDisposable {
  readonly home: string;
  readonly #folder: string;
  readonly #slice: string;
  readonly #manager: ChildProcess;

  private constructor(folder: string, slice: string, manager: ChildProcess) {
    this.#folder = folder;
    this.#slice = slice;
    this.home = join(folder, "home");
    this.#manager = manager;
  }

  /** @param options.hasJournal a journal of their own takes what services print */
  static async create({ hasJournal = false } = {}): Promise<ManagedUser> {
    const folder = await mkdtemp(join(tmpdir(), "openclaw-systemd-"));
    const slice = `${basename(folder)}.slice`;
    await mkdir(join(folder, "home"));
    await mkdir(join(folder, "run"), { mode: 0o700 });
    await chmod(join(folder, "run"), 0o700);
    const manager = spawn("unshare", ["-m", "--propagation", "private", "sh", "-c", START], {
      env: {
        ...environment(folder),
        GROUP: join(slice, MANAGER),
        JOURNALD: hasJournal ? (JOURNALD ?? "") : "",
      },
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const user = new ManagedUser(folder, slice, manager);
    let said = "";
    manager.stderr?.on("data", (part: Buffer) => (said += part.toString()));
    for (let looks = 0; looks < 100; looks += 1) {
      if ((await user.systemctl("show", "-p", "SystemState")).stdout.includes("=running")) return user;
      if (manager.exitCode !== null) break;
      await pause(50);
    }
    await user[Symbol.asyncDispose]();
    throw new Error(`the user manager did not start: ${said}`);
  }

  /** Types `openclaw …` as this user. */
  openclaw(...words: readonly string[]): Promise<CommandResult> {
    const [program = "", ...args] = this.command(...words);
    return this.#run(program, args);
  }

  /** Everything that is in this user's environment. */
  get environment(): Record<string, string> {
    return environment(this.#folder);
  }

  /** The words that {@link openclaw} types. */
  command(...words: readonly string[]): readonly [string, ...string[]] {
    return [process.execPath, cli, ...words];
  }

  /** Types `systemctl --user …` as this user. */
  systemctl(...words: readonly string[]): Promise<CommandResult> {
    return this.#run("/usr/bin/systemctl", ["--user", "--no-pager", ...words]);
  }

  /** One property of a unit. */
  async property(unit: string, name: string): Promise<string> {
    return (await this.systemctl("show", unit, "--value", "-p", name)).stdout.trim();
  }

  /** Runs any program as this user. */
  run(program: string, ...words: readonly string[]): Promise<CommandResult> {
    return this.#run(program, words);
  }

  /** Runs any program as this user where the journal can be seen, which lies in a mount namespace of its own. */
  runBesideJournal(program: string, ...words: readonly string[]): Promise<CommandResult> {
    const inside = ["-t", String(this.#manager.pid), "-m", `--wd=${this.home}`];
    return this.#run("nsenter", [...inside, program, ...words]);
  }

  /** Lines that a unit printed to the journal, in order. */
  async journal(unit: string): Promise<readonly string[]> {
    // The journal lies in a mount namespace of its own.
    const folder = `/proc/${this.#manager.pid}/root/run/log/journal`;
    const group = await this.property(unit, "ControlGroup");
    const about = ["--directory", folder, `_SYSTEMD_CGROUP=${group}`, "--output", "cat", "--no-pager"];
    const { stdout } = await this.#run("/usr/bin/journalctl", about);
    return stdout.split("\n").filter((line) => line !== "" && !line.startsWith("-- "));
  }

  /** Adds settings to a unit the way an operator does, by a drop-in. */
  async dropIn(unit: string, text: string): Promise<void> {
    const folder = join(this.home, ".config/systemd/user", `${unit}.d`);
    await mkdir(folder, { recursive: true });
    await appendFile(join(folder, "test.conf"), text);
    await this.systemctl("daemon-reload");
  }

  /** Waits until something is so. */
  async until(what: string, isSo: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
    const endAt = Date.now() + limitMs;
    while (!(await isSo())) {
      if (Date.now() > endAt) throw new Error(`it did not come to this: ${what}`);
      await pause(100);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.systemctl("exit").catch(() => undefined);
    const ended = this.#manager.exitCode === null ? once(this.#manager, "exit") : Promise.resolve();
    await Promise.race([ended, pause(15_000)]);
    if (this.#manager.exitCode === null) this.#manager.kill("SIGKILL");
    await this.#removeGroups();
    await rm(this.#folder, { recursive: true, force: true });
  }

  // A group is busy until the last of its processes has been buried.
  async #removeGroups(): Promise<void> {
    for (const group of CGROUPS.map((root) => join(root, this.#slice))) {
      for (let tries = 0; tries < 100 && existsSync(group); tries += 1) {
        for (const pid of await this.#processesOf(group)) endProcess(pid);
        await this.#run("find", [group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"]);
        if (existsSync(group)) await pause(50);
      }
    }
  }

  async #processesOf(group: string): Promise<readonly number[]> {
    const lists = ["-name", "cgroup.procs", "-exec", "cat", "{}", ";"];
    const { stdout } = await this.#run("find", [group, ...lists]);
    return stdout.split("\n").filter(Boolean).map(Number);
  }

  #run(program: string, words: readonly string[]): Promise<CommandResult> {
    const options = { env: environment(this.#folder), cwd: this.home, timeout: 120_000 };
    return new Promise((resolve) => {
      const child = execFile(program, [...words], options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (child.exitCode ?? null), stdout, stderr }),
      );
    });
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

function environment(folder: string): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    HOME: join(folder, "home"),
    TMPDIR: folder,
    XDG_RUNTIME_DIR: join(folder, "run"),
    USER: "root",
    TZ: "UTC",
    NO_COLOR: "1",
    LC_ALL: "C.UTF-8",
  };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
