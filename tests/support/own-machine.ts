import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type CommandResult, collect, root, waitFor } from "./gateway-process.ts";
import { Terminal } from "./terminal.ts";
import { CGROUPS, SYSTEMD, whyNoUserManager } from "./user-manager.ts";

const NAMESPACES = ["-mnpuf", "--mount-proc", "--kill-child", "--propagation", "private"];
const UID = 4711;
const PROGRAMS = "ip nsenter setpriv useradd script pgrep curl ssh sshd";
const ENVIRONMENT = {
  PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
  TZ: "UTC",
  TERM: "dumb",
  NO_COLOR: "1",
  LC_ALL: "C.UTF-8",
};
const inPlainWords = { env: ENVIRONMENT };

// Everything that a test changes outside of itself is the machine's own: ports, accounts, home and temporary folders,
// processes. It ends with its first process, and that with the test's, whatever becomes of it. An account may just be
// made on the machine around it: files of its /etc come and go, and its locks are none of ours.
const BOOT = `
set -e
hostname "$NAME"
ip link set lo up
mount -t tmpfs -o mode=755 tmpfs "$FOLDER"
cd "$FOLDER"
mkdir -p opt/openclaw opt/bin home run/systemd/system run/user
mkdir -m 1777 tmp
mount --bind "$ROOT" opt/openclaw
mount -o remount,bind,ro opt/openclaw
touch opt/bin/node
mount --bind "$NODE" opt/bin/node
ln -s /opt/openclaw/node_modules/.bin/openclaw opt/bin/openclaw
cp -a /etc etc || [ -s etc/passwd ]
rm -f etc/*.lock
for folder in opt etc home run tmp; do mount --rbind $folder /$folder; done
useradd --create-home --password '*' --shell /bin/sh --uid ${UID} "$LOGIN"
install -d -m 700 -o "$LOGIN" -g "$LOGIN" /run/user/${UID}
`;

// A manager divides its cgroup among the services, so it gets one that is the user's.
const START_MANAGER = `
for tree in ${CGROUPS.join(" ")}; do
  if [ -w "$tree/cgroup.procs" ]; then
    mkdir -p "$tree/$GROUP" && chown -R "$LOGIN" "$tree/$GROUP" && echo $$ > "$tree/$GROUP/cgroup.procs" || true
  fi
done
exec "$@" ${SYSTEMD ?? "false"} --user
`;

/** Why this machine cannot hold another one; undefined when it can. */
export function whyNoOwnMachine(): string | undefined {
  const obstacle = whyNoUserManager();
  if (obstacle !== undefined) return obstacle;
  const look = `for name in ${PROGRAMS}; do command -v $name > /dev/null || echo $name; done`;
  const [missing] = String(spawnSync("sh", ["-c", look], inPlainWords).stdout).split("\n");
  if (missing !== "") return `${missing} is not installed`;
  const network = ["ip", "link", "add", "one", "type", "veth", "peer", "name", "two"];
  const { status } = spawnSync("unshare", [...NAMESPACES, ...network], inPlainWords);
  return status === 0 ? undefined : "namespaces for network and processes are not allowed";
}

/**
 * A machine of its own on this one: network, mounts, processes, accounts. Nothing listens there, `openclaw` of this
 * repository is on the `PATH`, and one person just got an account. Everything ends with it.
 */
export class OwnMachine implements AsyncDisposable {
  /** Home folder of the person, as the person sees it. */
  readonly home: string;
  readonly #login: string;
  readonly #folder: string;
  readonly #first: ChildProcess;
  readonly #pid: number;

  private constructor(
    login: string,
    first: ChildProcess,
    o: { readonly folder: string; readonly pid: number },
  ) {
    this.#login = login;
    this.home = `/home/${login}`;
    this.#first = first;
    this.#folder = o.folder;
    this.#pid = o.pid;
  }

  /** Boots a machine of that name, with an account for `login`. */
  static async boot(name: string, login: string): Promise<OwnMachine> {
    const script = `${BOOT}\necho booted\nexec cat`;
    const folder = await mkdtemp(join(tmpdir(), "openclaw-machine-"));
    const env = {
      ...ENVIRONMENT,
      NAME: name,
      LOGIN: login,
      FOLDER: folder,
      ROOT: root,
      NODE: process.execPath,
    };
    const first = spawn("unshare", [...NAMESPACES, "sh", "-c", script], { env, cwd: "/" });
    const output = collect(first);
    const ended = once(first, "exit").then(() => {
      throw new Error(`the machine did not boot: ${output.text}`);
    });
    await Promise.race([waitFor(output, /^booted$/m), ended]).catch(async (error: unknown) => {
      await rmdir(folder);
      throw error;
    });
    ended.catch(() => {});
    const children = await readFile(`/proc/${first.pid}/task/${first.pid}/children`, "utf8");
    return new OwnMachine(login, first, { folder, pid: Number(children.trim()) });
  }

  /** Types a line on a terminal; it goes on until it ends or is interrupted. */
  type(line: string): Terminal {
    // As at a prompt, Ctrl-C is for the command: the shell waits for it, and hands on its exit code.
    const shell = ["trap : INT", "stty cols 120 rows 40", line].join("\n");
    const words = this.#inside([...this.#asPerson(), "script", "-qec", shell, "/dev/null"]);
    return new Terminal(spawn("nsenter", words, { env: ENVIRONMENT }));
  }

  /** Runs a line of the person's without a terminal. */
  run(line: string): Promise<CommandResult> {
    return this.#execute([...this.#asPerson(), "sh", "-c", line]);
  }

  /** Runs a script as the machine's administrator; fails when it does. */
  async administer(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.#execute(["sh", "-ec", script]);
    if (code !== 0) throw new Error(`${script}\nended with ${code}: ${stderr}`);
    return stdout;
  }

  /** Starts a program of the administrator's that stays as long as the machine. */
  serve(...words: readonly string[]): ChildProcess {
    return spawn("nsenter", this.#inside(words), { env: ENVIRONMENT });
  }

  /** Starts the person's own systemd; resolves when it takes commands. */
  async startUserManager(): Promise<void> {
    const env = { ...ENVIRONMENT, GROUP: basename(this.#folder), LOGIN: this.#login };
    const words = this.#inside(["sh", "-c", START_MANAGER, "sh", ...this.#asPerson()]);
    const output = collect(spawn("nsenter", words, { env }));
    const look =
      "for look in $(seq 200); do systemctl --user is-system-running && exit; sleep 0.1; done; exit 1";
    if ((await this.run(look)).code !== 0) throw new Error(`the user manager did not start: ${output.text}`);
  }

  /** Joins two machines by a cable; this one gets the first address, the other one the second. */
  async connect(other: OwnMachine, addresses: readonly [string, string]): Promise<void> {
    const ends = [this, other].map((machine) => ["netns", String(machine.#pid), "name", "cable"]);
    const [own = [], far = []] = ends;
    const { status, stderr } = spawnSync("ip", ["link", "add", ...own, "type", "veth", "peer", ...far]);
    if (status !== 0) throw new Error(`no cable: ${String(stderr)}`);
    for (const [index, machine] of [this, other].entries())
      await machine.administer(`ip addr add ${addresses[index]}/24 dev cable; ip link set cable up`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#first.exitCode === null && this.#first.signalCode === null) {
      const ended = once(this.#first, "exit");
      this.#first.stdin?.end();
      await ended;
    }
    for (const tree of CGROUPS) {
      const group = join(tree, basename(this.#folder));
      if (existsSync(group)) spawnSync("find", [group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"]);
    }
    await rmdir(this.#folder);
  }

  #inside(words: readonly string[]): string[] {
    return ["-t", String(this.#pid), "-m", "-n", "-p", "-u", ...words];
  }

  #asPerson(): readonly string[] {
    const variables = Object.entries({
      ...ENVIRONMENT,
      PATH: `/opt/bin:${ENVIRONMENT.PATH}`,
      HOME: this.home,
      USER: this.#login,
      LOGNAME: this.#login,
      SHELL: "/bin/sh",
      XDG_RUNTIME_DIR: `/run/user/${UID}`,
    }).map(([name, value]) => `${name}=${value}`);
    const identity = [`--reuid=${UID}`, `--regid=${UID}`, "--init-groups"];
    return ["setpriv", ...identity, "env", "-i", "-C", this.home, ...variables];
  }

  #execute(words: readonly string[]): Promise<CommandResult> {
    const options = { env: ENVIRONMENT, timeout: 120_000, maxBuffer: 16 * 1024 * 1024 };
    return new Promise((resolve) => {
      const child = execFile("nsenter", this.#inside(words), options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (child.exitCode ?? null), stdout, stderr }),
      );
      child.stdin?.end();
    });
  }
}
