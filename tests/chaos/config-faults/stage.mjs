// A gateway process in a home of its own, its two files, and what an editor does to them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectNode } from "@openclaw/client/node";
import { contentOf } from "./texts.mjs";

const cli = join(dirname(fileURLToPath(import.meta.url)), "../../../apps/cli/bin/openclaw.js");
const START_MS = 30_000;
const SCOPES = ["operator.admin", "operator.read", "operator.write"];

export class Stage {
  /** Hashes of everything that was ever put into a file. */
  known = new Set();
  #home;
  #child;
  #client;
  #said = "";

  static async create() {
    const stage = new Stage();
    stage.#home = await mkdtemp(join(tmpdir(), "openclaw-config-faults-"));
    stage.folder = join(stage.#home, ".openclaw");
    await mkdir(join(stage.folder, "parts"), { recursive: true, mode: 0o700 });
    const logFile = join(stage.#home, "gateway.log");
    stage.place = { port: await freePort(), token: "config-faults-0123456789abcdef", logFile };
    return stage;
  }

  path(file) {
    return join(this.folder, file === "main" ? "openclaw.json" : "parts/ui.json5");
  }

  /** What stands in a file; undefined when there is none. */
  async read(file) {
    return readFile(this.path(file)).catch(() => undefined);
  }

  /** Puts bytes into a file as an editor does, or removes it. */
  async put(file, bytes, { how, gapMs = 0 }) {
    const path = this.path(file);
    if (bytes === undefined) return rm(path, { force: true });
    const write = (to, part) => {
      this.known.add(contentOf(part, { isGood: false }).hash);
      return writeFile(to, part, { mode: 0o600 });
    };
    if (how === "halves") {
      await write(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
      await delay(gapMs);
    }
    if (how !== "rename") return write(path, bytes);
    await write(`${path}.editor`, bytes);
    await rename(`${path}.editor`, path);
  }

  get isRunning() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What the process said last. */
  get lastWords() {
    return this.#said;
  }

  /** Starts the gateway; resolves with undefined when it listens, with the exit code when it does not come up. */
  async start(flags = []) {
    const child = spawn(process.execPath, [cli, "gateway", ...flags], {
      env: { PATH: process.env.PATH ?? "", HOME: this.#home, TMPDIR: this.#home, NO_COLOR: "1" },
      cwd: this.#home,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#said = "";
    const isListening = new Promise((resolve) => {
      const hear = (chunk) => {
        this.#said = (this.#said + String(chunk)).slice(-6_000);
        if (String(chunk).includes("listening on ws://")) resolve(undefined);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
    });
    const ended = once(child, "exit").then(([code, signal]) => code ?? signal);
    const late = delay(START_MS, "late", { ref: false });
    const outcome = await Promise.race([isListening, ended, late]);
    if (outcome !== undefined) return outcome;
    this.#client = await connectNode({
      url: `ws://127.0.0.1:${this.place.port}`,
      auth: { token: this.place.token },
      scopes: SCOPES,
      client: { id: "gateway-client", mode: "backend", version: "1.0.0", platform: "test" },
      reconnect: { baseMs: 10, maxMs: 200 },
    });
    return undefined;
  }

  request(method, params) {
    return this.#client.request(method, params);
  }

  /** Tells when somebody takes the lock of a writer. */
  untilWriting() {
    const watcher = watch(this.folder);
    const begins = new Promise((resolve) => {
      watcher.on("change", (_, name) => name === "openclaw.json.lock" && resolve(undefined));
    });
    return { begins, close: () => watcher.close() };
  }

  /** Ends the process in the middle of whatever it does. */
  async kill() {
    const child = this.#child;
    if (this.isRunning) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    await this.#client?.close().catch(() => undefined);
    this.#client = undefined;
  }

  /** The files of the last good configuration, as far as their revision goes. */
  async lastGood() {
    const note = await readFile(join(this.folder, "config-history", "last-good"), "utf8").catch(
      () => undefined,
    );
    if (note === undefined) return undefined;
    const { main, includes } = JSON.parse(note);
    const [ui] = includes;
    return { main: { hash: main, includes: ui !== undefined }, ui };
  }

  /** Copies of replaced texts: path and hash. */
  async backups() {
    const names = await this.files();
    const found = names.filter((name) => /\.bak(\.\d)?$/.test(name));
    return Promise.all(
      found.map(async (name) => ({ name, hash: contentOf(await readFile(name), { isGood: false }).hash })),
    );
  }

  /** Paths of all files of the state folder. */
  async files() {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  }

  /** Makes files look as if they had been written long ago. */
  async age(paths) {
    for (const path of paths) await utimes(path, 0, 0).catch(() => undefined);
  }

  async close() {
    await this.kill();
    await rm(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
