// Which configuration a gateway runs with, asked of the gateway, and which it may run with.
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { isRunnable } from "./texts.mjs";
import { Violation } from "./violation.mjs";

/** Also on a machine that has a lot else to do. */
const PATIENCE_MS = 120_000;
const POLL_MS = 4;
/** After this time a look is worth while without a sign. */
const SIGN_MS = 400;
/** The gateway has seen that it cannot take the files over. */
const REFUSING = new Set(["invalid", "missing", "refused"]);

export class InForce {
  #stage;
  /** Revisions that may be in force, and the number of the text that each has. */
  #candidates = new Map();
  /** All that were candidates since the beginning. */
  #earlier = new Map();
  /** One may be in force whose text is not known. */
  #isOpen = false;

  constructor(stage) {
    this.#stage = stage;
  }

  /** A new beginning: from now on only what is said after this may be in force, once the gateway has come to rest. */
  forget() {
    this.#earlier.clear();
  }

  /** The gateway may have found the files like this; what it cannot run with does not matter. */
  mayBe(pairs) {
    for (const files of pairs.filter(isRunnable)) {
      this.#candidates.set(revisionOf(files), files.main.n);
      this.#earlier.set(revisionOf(files), files.main.n);
    }
  }

  mustBe(files) {
    this.#candidates.clear();
    this.mayBe([files]);
  }

  /** Anything that was in force since the beginning may be so again. */
  mayBeEarlier() {
    for (const [revision, n] of this.#earlier) this.#candidates.set(revision, n);
  }

  mayBeAnything() {
    this.#isOpen = true;
  }

  /** Runs with what is known to have been good, and behaves so. */
  async glance() {
    const { revision, beats } = await this.#read();
    const n = this.#candidates.get(revision);
    if (this.#isOpen) return;
    if (n === undefined)
      throw new Violation(`runs with what is not the last good one: ${revision} (${beats} s)`);
    if (beats !== n) throw new Violation(`says that it runs with text ${n}, but beats every ${beats} s`);
  }

  /** Waits until the gateway has done with the files as they are: taken them over, or seen that it cannot. */
  async rest(files) {
    const wanted = isRunnable(files) ? revisionOf(files) : undefined;
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      await this.#mayBeAtRest(files, wanted !== undefined);
      const { revision, beats, state } = await this.#read();
      if (wanted !== undefined && revision === wanted && beats === files.main.n)
        return this.#settle(revision, beats);
      if (wanted === undefined && REFUSING.has(state)) {
        await this.glance();
        return this.#settle(revision, beats);
      }
      if (performance.now() > deadline) {
        const now = `runs with ${revision} (${beats} s), ${state}`;
        throw new Violation(
          wanted === undefined ? `no notice of a bad file: ${now}` : `not taken over: ${wanted}; ${now}`,
        );
      }
      await delay(POLL_MS);
    }
  }

  /** Waits for the cheap sign that a look is worth while; an included file gives none. */
  async #mayBeAtRest({ main }, isWanted) {
    const patience = performance.now() + SIGN_MS;
    while (performance.now() < patience) {
      const { configStatus } = await this.ask("health", {});
      if (isWanted ? configStatus.hash === main.hash : REFUSING.has(configStatus.state)) return;
      await delay(POLL_MS);
    }
  }

  #settle(revision, n) {
    this.#candidates.clear();
    this.#isOpen = false;
    this.#candidates.set(revision, n);
    this.#earlier.set(revision, n);
  }

  /** Waits until what is in force is also what a safe start would take. */
  async isKept() {
    const { revision } = await this.#read();
    const deadline = performance.now() + PATIENCE_MS;
    while ((await this.#stage.lastGood().then((files) => files && revisionOf(files))) !== revision) {
      if (performance.now() > deadline) throw new Violation(`not kept as the last good one: ${revision}`);
      await delay(POLL_MS);
    }
    this.#candidates = new Map([...this.#candidates].filter(([each]) => each === revision));
  }

  /** Both answers are about the same moment. */
  async #read() {
    for (;;) {
      const before = await this.ask("config.get", {});
      const { heartbeatSeconds, configStatus } = await this.ask("health", { probe: true });
      const after = await this.ask("config.get", {});
      if (before.appliedConfigHash === after.appliedConfigHash)
        return { revision: after.appliedConfigHash, beats: heartbeatSeconds, state: configStatus.state };
    }
  }

  /** Asks until there is an answer: the gateway may be restarting. */
  async ask(method, params) {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.#stage.request(method, params);
      } catch (error) {
        if (!this.#stage.isRunning) throw new Violation(`the gateway has ended:\n${this.#stage.lastWords}`);
        if (performance.now() > deadline) throw new Violation(`no answer to ${method}: ${String(error)}`);
        await delay(20);
      }
    }
  }
}

/** As `config.get` names it: the main file and what it includes. */
function revisionOf({ main, ui }) {
  const hashes = main.includes ? [main.hash, ui.hash] : [main.hash];
  return `sha256:${createHash("sha256").update(hashes.join()).digest("hex")}`;
}
