import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { collect, freePort, kill } from "./gateway-process.ts";

const SSHD = ["/usr/sbin/sshd", "/usr/bin/sshd"].find((path) => existsSync(path));

/** Why no SSH server can run here; undefined when one can. */
export function whyNoSsh(): string | undefined {
  if (SSHD === undefined) return "sshd is not installed";
  return spawnSync("ssh", ["-V"]).status === 0 ? undefined : "ssh is not installed";
}

/** An SSH server on a port of 127.0.0.1 that lets in whoever runs the tests, with keys made for it. */
export class SshServer implements AsyncDisposable {
  readonly #folder: string;
  readonly #port: number;
  readonly #server: ChildProcess;
  readonly #tunnels = new Set<ChildProcess>();
  /** Each ends what a client has put into the background. */
  readonly #clients: (() => void)[] = [];

  private constructor(folder: string, port: number, server: ChildProcess) {
    this.#folder = folder;
    this.#port = port;
    this.#server = server;
  }

  static async start(): Promise<SshServer> {
    const folder = await mkdtemp(join(tmpdir(), "openclaw-ssh-"));
    for (const name of ["host", "mine"]) {
      const args = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(folder, name)];
      if (spawnSync("ssh-keygen", args).status !== 0) throw new Error("ssh-keygen failed");
    }
    await copyFile(join(folder, "mine.pub"), join(folder, "authorized"));
    const port = await freePort();
    const host = (await readFile(join(folder, "host.pub"), "utf8")).trim();
    await writeFile(join(folder, "known"), `[127.0.0.1]:${port} ${host}\n`);
    const settings = [
      `HostKey ${join(folder, "host")}`,
      `AuthorizedKeysFile ${join(folder, "authorized")}`,
      `PidFile ${join(folder, "pid")}`,
      "ListenAddress 127.0.0.1",
      // The test's folder is not the user's home, and anybody may run the tests.
      "StrictModes no",
      "PermitRootLogin prohibit-password",
      "PasswordAuthentication no",
      "UsePAM no",
    ];
    await writeFile(join(folder, "config"), `${settings.join("\n")}\n`);
    // Where no service manager has ever started it, the folder it retires to is missing.
    if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true });
    const args = ["-D", "-e", "-f", join(folder, "config"), "-p", String(port)];
    const server = spawn(SSHD ?? "sshd", args, { stdio: ["ignore", "ignore", "pipe"] });
    const output = collect(server);
    const own = new SshServer(folder, port, server);
    if (!(await isListening(port, server))) {
      await own[Symbol.asyncDispose]();
      throw new Error(`sshd did not start: ${output.text}`);
    }
    return own;
  }

  /** A folder with an `ssh` that knows this server by a name, as the configuration of a user's own would have it. */
  async client(name: string): Promise<string> {
    const server = { HostName: "127.0.0.1", Port: String(this.#port), User: userInfo().username };
    // What goes to the background can be ended by the socket that it listens on.
    const facts = { ...server, ControlMaster: "auto", ControlPath: join(this.#folder, "control") };
    const lines = Object.entries({ ...facts, ...this.#options() }).map(([key, value]) => `  ${key} ${value}`);
    const config = join(this.#folder, "client");
    await writeFile(config, `Host ${name}\n${lines.join("\n")}\n`);
    const folder = join(this.#folder, "bin");
    await mkdir(folder);
    const real = spawnSync("sh", ["-c", "command -v ssh"]).stdout.toString().trim();
    this.#clients.push(() => void spawnSync(real, ["-F", config, "-O", "exit", name]));
    await writeFile(join(folder, "ssh"), `#!/bin/sh\nexec ${real} -F ${config} "$@"\n`, { mode: 0o755 });
    return folder;
  }

  #options(): Readonly<Record<string, string>> {
    return {
      IdentityFile: join(this.#folder, "mine"),
      UserKnownHostsFile: join(this.#folder, "known"),
      IdentitiesOnly: "yes",
      ExitOnForwardFailure: "yes",
      BatchMode: "yes",
    };
  }

  /** `ssh -N -L from:127.0.0.1:to user@host`, as in the runbook; resolves when its port answers. */
  async tunnel(from: number, to: number): Promise<ChildProcess> {
    const flags = Object.entries(this.#options()).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    const args = ["-F", "none", "-p", String(this.#port), ...flags];
    const forward = ["-N", "-L", `${from}:127.0.0.1:${to}`, `${userInfo().username}@127.0.0.1`];
    const child = spawn("ssh", [...args, ...forward], { stdio: ["ignore", "ignore", "pipe"] });
    this.#tunnels.add(child);
    const output = collect(child);
    if (!(await isListening(from, child))) throw new Error(`the tunnel did not open: ${output.text}`);
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#clients) end();
    await Promise.all([...this.#tunnels, this.#server].map((child) => kill(child, "SIGKILL")));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function isListening(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const socket = connect(port, "127.0.0.1");
    const isUp = await Promise.race([
      once(socket, "connect").then(
        () => true,
        () => false,
      ),
      pause(1_000, false),
    ]);
    socket.destroy();
    if (isUp) return true;
    await pause(20);
  }
  return false;
}
