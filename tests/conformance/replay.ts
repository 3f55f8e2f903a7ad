import type { Difference } from "./matching/difference.ts";
import { isOneOf } from "./matching/rules.ts";
import type { RecordedConnection, Recording } from "./recording/recording.ts";
import { type Direction, Player } from "./stage/player.ts";
import type { Scenario } from "./stage/scenario.ts";

/** What a replay found. */
export interface ReplayResult {
  /** In words, with connection and entry; empty when the conversation went as recorded. */
  readonly problems: readonly string[];
  /** The differences that were met. */
  readonly met: ReadonlySet<Difference>;
}

/** Plays a recorded conversation against a running gateway and compares everything that comes back. */
export async function replay(recorded: Recording, direction: Direction): Promise<ReplayResult> {
  const recording = staged(recorded, direction.scenario);
  const players = recording.connections.map((connection) => new Player(connection, recording, direction));
  for (const action of direction.scenario.prepare ?? []) await direction.stage.act(action, undefined);
  // Without own handshakes in the recording, the connections were there before it began.
  for (const player of players) {
    if (direction.scenario.isSimultaneous || !player.hasHandshake) await player.enter();
  }
  for (const { connection } of recording.order ?? []) {
    await players.find(({ name }) => name === connection)?.playOne();
  }
  const turns = direction.scenario.turns ?? [];
  for (const turn of [...turns, ...players.map(({ name }) => name)]) {
    const [name, steps] = typeof turn === "string" ? [turn] : turn;
    const player = players.find((known) => known.name === name);
    if (!player || player.isDone) continue;
    await player.play(steps);
    if (!player.isDone || !player.hasHandshake || direction.scenario.isSimultaneous) continue;
    if (players.every(({ isDone }) => isDone)) continue;
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

/** The recording with its opening, without what is incidental. */
function staged(recording: Recording, { opening = [], incidental }: Scenario): Recording {
  const connections = recording.connections.map((connection, index): RecordedConnection => ({
    ...connection,
    entries: [...(index === 0 ? opening : []), ...connection.entries].filter(
      (entry) => entry.kind !== "receive" || !isOneOf(incidental, entry.frame),
    ),
  }));
  return { ...recording, connections };
}
