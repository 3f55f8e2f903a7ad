// A gateway process in a home of its own that logs every frame into files small enough to be set aside many times.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectNode } from "@openclaw/client/node";

const cli = fileURLToPath(new URL("../../../apps/cli/bin/openclaw.js", import.meta.url));
const TOKEN = "log-flood-0123456789abcdef";
const LOOK_EVERY_MS = 100;

export class Stage {
  #home;
  #port;
  #children = new Set();

  static async create({ maxFileBytes, maxTotalBytes }) {
    const stage = new Stage();
    stage.#home = await mkdtemp(join(tmpdir(), "openclaw-log-flood-"));
    stage.#port = await freePort();
    stage.logFolder = join(stage.#home, "logs");
    stage.logFile = join(stage.logFolder, "gateway.log");
    const state = join(stage.#home, ".openclaw");
    await mkdir(state, { mode: 0o700 });
    await mkdir(stage.logFolder);
    const gateway = { mode: "local", port: stage.#port, auth: { mode: "token", token: TOKEN } };
    const logging = { file: stage.logFile, maxFileBytes, maxTotalBytes };
    await writeFile(join(state, "openclaw.json"), JSON.stringify({ gateway, logging }), { mode: 0o600 });
    const child = stage.spawn(["gateway", "run", "--verbose", "--ws-log", "full"]);
    const isListening = new Promise((resolve) => {
      // Read to the end: a console that nobody reads would hold the gateway up.
      child.stdout.on("data", (chunk) => String(chunk).includes("listening on ws://") && resolve());
    });
    const ended = once(child, "exit").then(([code]) =>
      Promise.reject(new Error(`the gateway ended: ${code}`)),
    );
    await Promise.race([isListening, ended]);
    // The end at the end is none to wonder about.
    ended.catch(() => undefined);
    return stage;
  }

  /** Types `openclaw …`. */
  spawn(args) {
    const env = { PATH: process.env.PATH, HOME: this.#home, TMPDIR: this.#home, TZ: "UTC", NO_COLOR: "1" };
    const child = spawn(process.execPath, [cli, ...args], { env, cwd: this.#home });
    child.stderr.resume();
    this.#children.add(child);
    return child;
  }

  connect() {
    const url = `ws://127.0.0.1:${this.#port}`;
    return connectNode({ url, auth: { token: TOKEN }, scopes: ["operator.admin", "operator.read"] });
  }

  /** One call on a connection of its own. */
  async ask(method) {
    const client = await this.connect();
    return client.request(method, {}).finally(() => client.close());
  }

  /** Looks at the files again and again: their size together, and how often a new one is begun. */
  watchSize() {
    const controller = new AbortController();
    const seen = new Set();
    let mostBytes = 0;
    const look = async () => {
      while (!controller.signal.aborted) {
        const files = await this.#files();
        mostBytes = Math.max(
          mostBytes,
          files.reduce((sum, { size }) => sum + size, 0),
        );
        for (const { ino, birthtimeMs } of files) seen.add(`${ino} ${birthtimeMs}`);
        await delay(LOOK_EVERY_MS, undefined, { signal: controller.signal }).catch(() => undefined);
      }
    };
    const looking = look();
    const stop = async () => {
      controller.abort();
      await looking;
      return { mostBytes, rotations: seen.size - 1 };
    };
    return { stop };
  }

  async close() {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    await rm(this.#home, { recursive: true, force: true, maxRetries: 3 });
  }

  async #files() {
    const names = await readdir(this.logFolder);
    // A file may be set aside between two looks.
    const files = names.map((name) => stat(join(this.logFolder, name)).catch(() => undefined));
    return (await Promise.all(files)).filter((file) => file !== undefined);
  }
}

async function freePort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
