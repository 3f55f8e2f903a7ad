// Runs one sequence of steps on a gateway and holds files and answers against what must be so.
import { setTimeout as delay } from "node:timers/promises";
import { makeCall } from "./calls.mjs";
import { InForce } from "./in-force.mjs";
import { ABSENT, isRunnable, makeText } from "./texts.mjs";
import { Violation } from "./violation.mjs";

/** Time for a write to end whose answer was lost while the gateway went on. */
const LOST_MS = 1_500;

export class Trial {
  #stage;
  #note;
  #number;
  #inForce;
  /** What stands in the files. */
  #files = { main: ABSENT, ui: ABSENT };

  /** @param note counts what happens, by kind */
  constructor(stage, { firstNumber, note }) {
    this.#stage = stage;
    this.#number = firstNumber;
    this.#note = note;
    this.#inForce = new InForce(stage);
  }

  async run(steps) {
    await this.#begin();
    for (const step of steps) await this.#perform(step);
    await this.#inForce.glance();
  }

  /** Two good files, and a gateway that runs with them. */
  async #begin() {
    for (const file of ["ui", "main"]) {
      this.#files[file] = this.#make(file, {});
      await this.#stage.put(file, this.#files[file].bytes, { how: "rename" });
    }
    if (!this.#stage.isRunning) await this.#start([]);
    this.#inForce.forget();
    this.#inForce.mayBe([this.#files]);
    await this.#inForce.rest(this.#files);
  }

  async #perform(step) {
    this.#number += 1;
    if (step.by === "kill") await this.#kill(step);
    else await this.#identify(await this.#change(step));
    if (step.look === "rest" || isRunnable(this.#files)) await this.#inForce.rest(this.#files);
    else if (step.look === "glance") await this.#inForce.glance();
  }

  /** Makes an edit, a call or both at once; resolves with what may stand in the files then. */
  async #change(step) {
    const hand = step.by === "both" ? step.hand : step.by === "hand" ? step : undefined;
    const asked = step.by === "both" ? step.call : step.by === "call" ? step : undefined;
    const edited = hand && this.#edited(hand);
    const found = { files: this.#foundBy(edited), isRaced: edited !== undefined };
    const call = asked && (await this.#prepare(asked, found));
    this.#inForce.mayBe(this.#mixtures(call, edited));
    const asking = call && this.#ask(call, { isRaced: edited !== undefined });
    // Its failure counts when the edit is over, too.
    asking?.catch(() => undefined);
    if (step.by === "both") await delay(step.gapMs);
    if (edited !== undefined) await this.#stage.put(hand.file, edited.bytes, hand);
    const kind = await asking;
    if (kind === "lost") await delay(LOST_MS);
    return this.#outcome({ call, kind, hand: edited && { file: hand.file, content: edited } });
  }

  /** What each file may be after a call and an edit, of which either may have been the last. */
  #outcome({ call, kind, hand }) {
    const possible = { main: [exactly(this.#files.main)], ui: [exactly(this.#files.ui)] };
    if (hand !== undefined) possible[hand.file] = [exactly(hand.content)];
    if (call?.file === undefined || kind === "refused") return possible;
    const { file, matches } = call;
    const isOver = kind === "done" && hand?.file !== file;
    const written = (bytes) => bytes && matches(bytes);
    return { ...possible, [file]: [...(isOver ? [] : possible[file]), written] };
  }

  /** Every pair of files that may be there for a moment. */
  #mixtures(call, edited) {
    const mains = [this.#files.main];
    const uis = [this.#files.ui];
    for (const content of [call?.wanted, edited]) {
      if (content !== undefined) (content.file === "ui" ? uis : mains).push(content);
    }
    return mains.flatMap((main) => uis.map((ui) => ({ main, ui })));
  }

  #edited({ file, how, text }) {
    this.#note(`hand ${file}: ${how === "delete" ? "deleted" : `${text.fault ?? "good"}, ${how}`}`);
    return how === "delete" ? { ...ABSENT, file } : this.#make(file, text);
  }

  /** The files that a call finds: an edit of the included one may have mended them just before. */
  #foundBy(edited) {
    const isMended = edited?.file === "ui" && !isRunnable(this.#files);
    return isMended ? { ...this.#files, ui: edited } : this.#files;
  }

  async #prepare(step, { files, isRaced }) {
    const shown = await this.#inForce.ask("config.get", {});
    const { place } = this.#stage;
    const call = makeCall(step, { files, n: this.#number, shown, place, isRaced });
    if (call === undefined) return undefined;
    const params = { ...(shown.exists && { baseHash: shown.hash }), ...call.params };
    return {
      ...call,
      params,
      name: `${step.call}${step.text.fault && call.isWhole ? " of a bad text" : ""}`,
    };
  }

  /** @returns {Promise<"done" | "refused" | "lost">} what became of a call */
  async #ask({ name, method, params, file, wanted, mustWork }, { isRaced }) {
    const said = () => `${method} ${name} ${JSON.stringify(params).slice(0, 300)}`;
    const { kind, answer, error } = await this.#stage.request(method, params).then(
      (result) => ({ kind: "done", answer: result }),
      (thrown) => ({ kind: thrown.name === "RpcError" ? "refused" : "lost", error: thrown }),
    );
    this.#note(`call ${name}: ${kind}${isRaced ? ", beside an edit" : ""}`);
    if (kind === "done" && file === undefined)
      throw new Violation(`written, though it must be refused: ${said()}`);
    if (kind === "refused" && mustWork && !isRaced)
      throw new Violation(`refused, though it is right: ${said()}: ${String(error)}`);
    // A merged text is known by its hash only.
    if (file !== undefined && wanted === undefined) {
      if (kind === "done")
        this.#inForce.mayBe([{ ...this.#files, main: { ...this.#files.main, hash: answer.hash } }]);
      if (kind === "lost") this.#inForce.mayBeAnything();
    }
    return kind;
  }

  async #kill({ damage, during, isWriting = false, afterMs = 0, safe = true }) {
    await this.#inForce.isKept();
    if (damage !== undefined) await this.#identify(await this.#change(damage));
    const call =
      during === undefined ? undefined : await this.#prepare(during, { files: this.#files, isRaced: false });
    if (call === undefined) this.#note("kill -9: at rest");
    else this.#inForce.mayBe(this.#mixtures(call, undefined));
    const writing = this.#stage.untilWriting();
    const asking = call && this.#ask(call, { isRaced: false });
    const answered = asking?.catch(() => undefined);
    if (isWriting) await Promise.race([answered, writing.begins]);
    writing.close();
    await delay(afterMs);
    await this.#stage.kill();
    const kind = await asking;
    if ((await this.#stage.files()).some((name) => name.endsWith(".json.lock")))
      this.#note("kill -9: while it wrote");
    await this.#identify(this.#outcome({ call, kind }));
    await this.#checkBackups();
    if (isRunnable(this.#files)) {
      this.#note("kill -9: started again");
      await this.#start([]);
      this.#inForce.mustBe(this.#files);
    } else if (safe) {
      this.#note("kill -9: started with the last good configuration");
      await this.#start(["--safe"]);
      // The note about a text that has just come into force may not have been on the disk yet.
      if (call !== undefined) this.#inForce.mayBeEarlier();
    } else {
      this.#note("kill -9: not started with a bad file");
      const code = await this.#stage.start();
      if (code !== 78)
        throw new Violation(`a start with a bad file ended with ${code}:\n${this.#stage.lastWords}`);
      await this.#begin();
    }
  }

  async #start(flags) {
    const code = await this.#stage.start(flags);
    if (code !== undefined)
      throw new Violation(`no start ${flags.join(" ")}: ${code}\n${this.#stage.lastWords}`);
  }

  /** Looks which of the possible texts stand in the files: whole ones, and no others. */
  async #identify(possible) {
    for (const file of ["main", "ui"]) {
      const bytes = await this.#stage.read(file);
      const found = possible[file].map((matches) => matches(bytes)).find((content) => content !== undefined);
      if (found === undefined)
        throw new Violation(
          `a text in ${file} that nobody wrote: ${JSON.stringify(String(bytes).slice(0, 2_000))}`,
        );
      this.#files[file] = found;
      if (bytes !== undefined) this.#stage.known.add(found.hash);
    }
  }

  /** Copies of what was replaced are whole, too. */
  async #checkBackups() {
    for (const { name, hash } of await this.#stage.backups()) {
      if (!this.#stage.known.has(hash)) throw new Violation(`a backup that was never the file: ${name}`);
    }
  }

  #make(file, spec) {
    return makeText(file, spec, { n: this.#number, place: this.#stage.place });
  }
}

function exactly(content) {
  return (bytes) => {
    const isSo = bytes === undefined ? content.bytes === undefined : content.bytes?.equals(bytes) === true;
    return isSo ? content : undefined;
  };
}
