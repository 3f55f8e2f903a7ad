import { comparable, isUnfollowed } from "./matching/rules.ts";
import { describeMismatch, match, type Mismatch } from "./matching/match.ts";
import { Sequence } from "./matching/sequence.ts";
import { isPiece, runIdOf, type Step, Streams, withoutPieces } from "./matching/streams.ts";
import { at, isObject } from "./recording/json.ts";
import {
  type Entry,
  type Frame,
  hasHandshake,
  type RecordedConnection,
  type Recording,
} from "./recording/recording.ts";
import { playNote } from "./stage/notes.ts";
import type { Introduction, Proof, Scenario } from "./stage/scenario.ts";
import type { Stage } from "./stage/stage.ts";
import type { Received, Wire } from "./stage/wire.ts";

/** A difference the product has on purpose. */
export interface Difference {
  /** Keys from the frame's root, joined by dots; `*` stands for one key, `**` for any number of them. */
  readonly at: string;
  /** What ours has there. */
  readonly ours: "nothing" | "something else" | "something more" | ((value: unknown) => boolean);
}

/** What a replay found. */
export interface ReplayResult {
  /** In words, with connection and entry; empty when the conversation went as recorded. */
  readonly problems: readonly string[];
  /** The differences that were met. */
  readonly met: ReadonlySet<Difference>;
}

/** What {@link replay} needs beside the recording. */
export interface ReplayOptions {
  readonly stage: Stage;
  readonly scenario: Scenario;
  readonly differences: readonly Difference[];
}

/** An operator that may do everything: who the recorder was unless it says otherwise. */
export const ADMIN: Introduction = {
  client: { id: "gateway-client", mode: "backend", displayName: "probe" },
  scopes: ["operator.admin", "operator.read", "operator.write", "operator.approvals", "operator.pairing"],
};

/** Plays a recorded conversation against a running gateway and compares everything that comes back. */
export async function replay(recorded: Recording, options: ReplayOptions): Promise<ReplayResult> {
  const recording = staged(recorded, options.scenario);
  const players = recording.connections.map((connection) => new Player(connection, recording, options));
  for (const action of options.scenario.prepare ?? []) await options.stage.act(action, undefined);
  // Without own handshakes in the recording, the connections were there before it began.
  for (const player of players) {
    if (options.scenario.isSimultaneous || !player.hasHandshake) await player.enter();
  }
  for (const { connection } of recording.order ?? []) {
    await players.find(({ name }) => name === connection)?.playOne();
  }
  for (const player of players) {
    await player.playAll();
    if (!player.hasHandshake || options.scenario.isSimultaneous || player === players.at(-1)) continue;
    await player.settle();
    await player.leave();
  }
  // Nobody leaves before everybody has been heard: leaving is itself something the others are told.
  for (const player of players) await player.settle();
  for (const player of players) await player.leave();
  return {
    problems: players.flatMap(({ problems }) => problems),
    met: new Set(players.flatMap(({ met }) => [...met])),
  };
}

/** The recording with its opening, without what is incidental, its connections in the order they are played. */
function staged(recording: Recording, { opening = [], incidental, playOrder }: Scenario): Recording {
  const connections = recording.connections.map((connection, index) => ({
    ...connection,
    entries: [...(index === 0 ? opening : []), ...connection.entries].filter(
      (entry) => entry.kind !== "receive" || !isOneOf(incidental, entry.frame),
    ),
  }));
  const rank = ({ name }: RecordedConnection) => playOrder?.indexOf(name) ?? 0;
  return { ...recording, connections: connections.toSorted((one, other) => rank(one) - rank(other)) };
}

/** Whether a frame has all of one of these parts. */
function isOneOf(parts: readonly Frame[] | undefined, frame: Frame): boolean {
  return parts?.some((part) => contains(frame, part)) ?? false;
}

function contains(value: unknown, part: unknown): boolean {
  if (!isObject(part)) return value === part;
  return isObject(value) && Object.entries(part).every(([key, member]) => contains(value[key], member));
}

class Player {
  readonly name: string;
  readonly hasHandshake: boolean;
  readonly problems: string[] = [];
  readonly met = new Set<Difference>();
  readonly #steps: readonly Step[];
  readonly #options: ReplayOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #followed: ReadonlySet<unknown>;
  readonly #streams: Streams;
  /** Answers that came before their turn. */
  readonly #early: Received[] = [];
  readonly #sequence: Sequence;
  #wire: Wire | undefined;
  #position = 0;
  #isOver = false;

  constructor(connection: RecordedConnection, recording: Recording, options: ReplayOptions) {
    const received = connection.entries.flatMap((entry) => (entry.kind === "receive" ? [entry.frame] : []));
    this.name = connection.name;
    this.hasHandshake = hasHandshake(connection);
    this.#steps = withoutPieces(connection.entries);
    this.#options = options;
    this.#headers = pick({ ...recording.upgradeHeaders, ...options.scenario.headers }, connection.name) ?? {};
    this.#followed = new Set(received.map((frame) => frame["event"]));
    this.#streams = new Streams(connection.entries);
    this.#sequence = new Sequence(received);
  }

  /** Opens the connection; one whose handshake was not recorded is admitted as well. */
  async enter(): Promise<void> {
    if (this.#wire) return;
    const { stage, scenario } = this.#options;
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

  async playAll(): Promise<void> {
    while (this.#position < this.#steps.length && !this.#isOver) await this.playOne();
  }

  async playOne(): Promise<void> {
    const step = this.#steps[this.#position];
    if (!step || this.#isOver) return;
    await this.enter();
    const action = this.#options.scenario.before?.[`${this.name}#${this.#position}`];
    if (action) await this.#options.stage.act(action, this.#wire);
    const problems = this.#wire ? await this.#play(step, this.#wire) : [];
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

  async #play(step: Step, wire: Wire): Promise<Mismatch[]> {
    switch (step.kind) {
      case "send":
        wire.send(JSON.stringify(this.#options.stage.fill(step.frame, this.#proof())));
        return [];
      case "send-raw":
        wire.send(step.text);
        return [];
      case "send-noted":
        playNote(step.note, wire);
        return [];
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
    return pick(this.#options.scenario.proof ?? {}, this.name) ?? "v2";
  }

  async #receive(recorded: Frame, wire: Wire): Promise<Mismatch[]> {
    const received = await this.#nextFor(recorded, wire);
    if (received?.kind !== "frame") {
      // What follows was meant to come after this: waiting for it would only tell the same again.
      this.#isOver = true;
      return [{ path: "", recorded, received }];
    }
    const [theirs, ours] = comparable(recorded, received.frame, this.#options.scenario.departures);
    const isAnother = ["type", "id", "event"].some((key) => theirs[key] !== ours[key]);
    return isAnother ? [{ path: "", recorded, received }] : match(theirs, ours, this.#options.stage.bindings);
  }

  async #awaitClose(recorded: Extract<Entry, { kind: "closed" }>, wire: Wire): Promise<Mismatch[]> {
    const received = await this.#next(wire);
    this.#isOver = true;
    const { code, reason } = recorded;
    const close = received?.kind === "closed" ? { code: received.code, reason: received.reason } : received;
    return match({ code, reason }, close, this.#options.stage.bindings, "close");
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
    if (!this.#options.scenario.answersInAnyOrder) return this.#next(wire);
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
      isOneOf(this.#options.scenario.unrecorded, frame)
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
    return this.#isPassedOver(received.frame)
      ? problems
      : [...problems, { path: "", recorded: "nothing more", received: received.frame }];
  }

  #report(mismatches: readonly Mismatch[]): void {
    for (const mismatch of mismatches) {
      const difference = this.#options.differences.find((known) => covers(known, mismatch));
      if (difference) this.met.add(difference);
      else this.problems.push(`${this.name}#${this.#position} ${describeMismatch(mismatch)}`);
    }
  }
}

function covers(difference: Difference, { path, recorded, received }: Mismatch): boolean {
  if (!isAt(difference.at.split("."), path.split("."))) return false;
  const isMissing = typeof received === "symbol";
  const isAdded = typeof recorded === "symbol";
  switch (difference.ours) {
    case "nothing":
      return isMissing;
    case "something more":
      return isAdded;
    case "something else":
      return !isMissing && !isAdded;
    default:
      return !isMissing && difference.ours(received);
  }
}

function isAt([first, ...pattern]: readonly string[], keys: readonly string[]): boolean {
  if (first === undefined) return keys.length === 0;
  if (first === "**")
    return keys.some((_key, index) => isAt(pattern, keys.slice(index))) || pattern.length === 0;
  return keys.length > 0 && (first === "*" || first === keys[0]) && isAt(pattern, keys.slice(1));
}

function pick<T>(byName: Readonly<Record<string, T>>, name: string): T | undefined {
  const wildcard = Object.entries(byName).find(
    ([key]) => key.endsWith("*") && name.startsWith(key.slice(0, -1)),
  );
  return byName[name] ?? wildcard?.[1];
}
