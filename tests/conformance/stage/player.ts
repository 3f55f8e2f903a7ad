import { covers, type Difference } from "../matching/difference.ts";
import { describeMismatch, match, type Mismatch } from "../matching/match.ts";
import { comparable, isOneOf, isRhythm, isUnfollowed } from "../matching/rules.ts";
import { Sequence } from "../matching/sequence.ts";
import { isPiece, runIdOf, type Step, Streams, withoutPieces } from "../matching/streams.ts";
import { at } from "../recording/json.ts";
import {
  type Entry,
  type Frame,
  hasHandshake,
  isHttp,
  type RecordedConnection,
  type Recording,
} from "../recording/recording.ts";
import { playNote } from "./notes.ts";
import type { Introduction, Proof, Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";
import type { Received, Wire } from "./wire.ts";

/** What a player has to know beside its part. */
export interface Direction {
  readonly stage: Stage;
  readonly scenario: Scenario;
  readonly differences: readonly Difference[];
}

/** An operator that may do everything: who the recorder was unless it says otherwise. */
const ADMIN: Introduction = {
  client: { id: "gateway-client", mode: "backend", displayName: "probe" },
  scopes: ["operator.admin", "operator.read", "operator.write", "operator.approvals", "operator.pairing"],
};

/** Plays one connection of a recording: sends what was sent, and compares what comes with what came. */
export class Player {
  readonly name: string;
  readonly hasHandshake: boolean;
  readonly problems: string[] = [];
  readonly met = new Set<Difference>();
  readonly #steps: readonly Step[];
  readonly #direction: Direction;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #followed: ReadonlySet<unknown>;
  readonly #streams: Streams;
  /** Answers that came before their turn. */
  readonly #early: Received[] = [];
  readonly #sequence: Sequence;
  readonly #isHttp: boolean;
  #wire: Wire | undefined;
  #httpAnswer: unknown;
  #position = 0;
  #isOver = false;

  constructor(connection: RecordedConnection, recording: Recording, direction: Direction) {
    const received = connection.entries.flatMap((entry) => (entry.kind === "receive" ? [entry.frame] : []));
    this.name = connection.name;
    this.hasHandshake = hasHandshake(connection);
    this.#isHttp = isHttp(connection);
    this.#steps = withoutPieces(connection.entries);
    this.#direction = direction;
    this.#headers =
      pick({ ...recording.upgradeHeaders, ...direction.scenario.headers }, connection.name) ?? {};
    this.#followed = new Set(received.map((frame) => frame["event"]));
    this.#streams = new Streams(connection.entries);
    this.#sequence = new Sequence(received);
  }

  /** Opens the connection; one whose handshake was not recorded is admitted as well. */
  async enter(): Promise<void> {
    if (this.#wire || this.#isHttp) return;
    const { stage, scenario } = this.#direction;
    if (this.hasHandshake) {
      this.#wire = await stage.open(this.#headers);
      return;
    }
    const { wire } = await stage.connect(
      pick(scenario.introduce ?? {}, this.name) ?? ADMIN,
      `connection ${this.name}`,
    );
    this.#wire = wire;
  }

  /** Whether all of it was played, or nothing more can come. */
  get isDone(): boolean {
    return this.#isOver || this.#position >= this.#steps.length;
  }

  /** Plays the next steps. @default to the end */
  async play(steps = this.#steps.length): Promise<void> {
    for (let played = 0; played < steps && !this.isDone; played += 1) await this.playOne();
  }

  async playOne(): Promise<void> {
    const step = this.#steps[this.#position];
    if (!step || this.#isOver) return;
    await this.enter();
    const action = this.#direction.scenario.before?.[`${this.name}#${this.#position}`];
    if (action) await this.#direction.stage.act(action, this.#wire);
    const problems = this.#wire ? await this.#play(step, this.#wire) : await this.#playHttp(step);
    this.#report(problems);
    this.#position += 1;
  }

  /** Ends the part: whatever came beyond the recording is a problem. */
  async settle(): Promise<void> {
    if (!this.#wire || this.#isOver) return;
    this.#isOver = true;
    for (const received of [...this.#early, ...(await this.#wire.rest())])
      this.#report(this.#unexpected(received));
  }

  async leave(): Promise<void> {
    await this.#wire?.close();
  }

  async #playHttp(step: Step): Promise<Mismatch[]> {
    const { stage } = this.#direction;
    if (step.kind === "send-http") this.#httpAnswer = await stage.request(step.method, step.url);
    if (step.kind !== "receive-http") return [];
    const { status, contentType, body } = step;
    return match({ status, contentType, body }, this.#httpAnswer, stage.bindings);
  }

  async #play(step: Step, wire: Wire): Promise<Mismatch[]> {
    switch (step.kind) {
      case "send":
        wire.send(JSON.stringify(this.#direction.stage.fill(step.frame, this.#proof())));
        return [];
      case "send-raw":
        wire.send(step.text);
        return [];
      case "send-noted":
        await playNote(step.note, wire);
        return [];
      case "send-http":
      case "receive-http":
        return this.#playHttp(step);
      case "streaming":
        return this.#awaitPieces(step, wire);
      case "receive":
        return this.#receive(step.frame, wire);
      case "closed":
        return this.#awaitClose(step, wire);
      case "leave":
        await this.settle();
        await this.leave();
        return [];
      default:
        return step satisfies never;
    }
  }

  #proof(): Proof {
    return pick(this.#direction.scenario.proof ?? {}, this.name) ?? "v2";
  }

  async #receive(recorded: Frame, wire: Wire): Promise<Mismatch[]> {
    const received = await this.#nextFor(recorded, wire);
    if (received?.kind !== "frame") {
      // What follows was meant to come after this: waiting for it would only tell the same again.
      this.#isOver = true;
      return [{ path: "", recorded, received }];
    }
    const [theirs, ours] = comparable(recorded, received.frame, this.#direction.scenario.departures);
    const isAnother = ["type", "id", "event"].some((key) => theirs[key] !== ours[key]);
    return isAnother
      ? [{ path: "", recorded, received }]
      : match(theirs, ours, this.#direction.stage.bindings);
  }

  async #awaitClose(recorded: Extract<Entry, { kind: "closed" }>, wire: Wire): Promise<Mismatch[]> {
    const received = await this.#next(wire);
    this.#isOver = true;
    const { code, reason } = recorded;
    const close = received?.kind === "closed" ? { code: received.code, reason: received.reason } : received;
    return match({ code, reason }, close, this.#direction.stage.bindings, "close");
  }

  async #awaitPieces(step: Extract<Step, { kind: "streaming" }>, wire: Wire): Promise<Mismatch[]> {
    const isDue = () => step.events.some((event) => !this.#streams.has(step.runId, event));
    while (isDue()) {
      const received = await wire.next();
      if (
        received?.kind === "frame" &&
        (isPiece(received.frame) || isUnfollowed(received.frame, this.#followed))
      ) {
        this.#report(this.#follow(received.frame));
      } else {
        if (received) wire.unread(received);
        return [{ path: `text of ${step.runId}`, recorded: `pieces by ${step.events.join()}`, received }];
      }
    }
    return [];
  }

  /**
   * What comes next of the kind that is due. With answers in any order, answers are told apart by id and events by their
   * own order, whichever come first.
   */
  async #nextFor(recorded: Frame, wire: Wire): Promise<Received | undefined> {
    if (!this.#direction.scenario.answersInAnyOrder) return this.#next(wire);
    const isDue = (received: Received): boolean =>
      received.kind === "closed" ||
      (received.frame["type"] === recorded["type"] && received.frame["id"] === recorded["id"]);
    const early = this.#early.findIndex(isDue);
    if (early >= 0) return this.#early.splice(early, 1)[0];
    for (;;) {
      const received = await this.#next(wire);
      if (received === undefined || isDue(received)) return received;
      this.#early.push(received);
    }
  }

  /** The next thing the recording speaks of: pieces of text and the gateway's own rhythm are followed on the way. */
  async #next(wire: Wire): Promise<Received | undefined> {
    for (;;) {
      const received = await wire.next();
      if (received?.kind !== "frame") return received;
      this.#report(this.#follow(received.frame));
      if (!this.#isPassedOver(received.frame)) return received;
    }
  }

  #isPassedOver(frame: Frame): boolean {
    return (
      isPiece(frame) ||
      isUnfollowed(frame, this.#followed) ||
      isOneOf(this.#direction.scenario.unrecorded, frame)
    );
  }

  #follow(frame: Frame): Mismatch[] {
    const problems = this.#sequence.accept(frame);
    if (isPiece(frame)) problems.push(...this.#streams.accept(frame));
    const isEnd = frame["event"] === "chat" && at(frame, "payload", "state") === "final";
    if (isEnd) problems.push(...this.#streams.end(runIdOf(frame)));
    return problems;
  }

  #unexpected(received: Received): Mismatch[] {
    if (received.kind === "closed") return [{ path: "", recorded: "an open connection", received }];
    const problems = this.#follow(received.frame);
    if (isRhythm(received.frame) || this.#isPassedOver(received.frame)) return problems;
    return [...problems, { path: "", recorded: "nothing more", received: received.frame }];
  }

  #report(mismatches: readonly Mismatch[]): void {
    for (const mismatch of mismatches) {
      const difference = this.#direction.differences.find((known) => covers(known, mismatch));
      if (difference) this.met.add(difference);
      else this.problems.push(`${this.name}#${this.#position} ${describeMismatch(mismatch)}`);
    }
  }
}

function pick<T>(byName: Readonly<Record<string, T>>, name: string): T | undefined {
  const wildcard = Object.entries(byName).find(
    ([key]) => key.endsWith("*") && name.startsWith(key.slice(0, -1)),
  );
  return byName[name] ?? wildcard?.[1];
}
