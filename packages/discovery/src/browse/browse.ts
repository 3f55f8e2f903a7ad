import { setTimeout as sleep } from "node:timers/promises";
import { type Link, localLinks } from "../links/link.ts";
import { type LinkSocket, openLinkSocket } from "../links/link-socket.ts";
import { SERVICE_TYPE } from "../packets/service-type.ts";
import { type OwnQuestion, writeQuery } from "../packets/write-packet.ts";
import type { Beacon } from "./beacon.ts";
import { Sightings } from "./sightings.ts";

/** How to look. */
export interface BrowseOptions {
  /** How long answers are waited for, in ms. */
  readonly timeoutMs: number;
  /** Where to look. @default every network of this machine */
  readonly links?: readonly Link[];
  /** UDP port. @default 5353 */
  readonly port?: number;
}

/** What was found. */
export interface BrowseResult {
  /** Sorted by name; at most 64. */
  readonly beacons: readonly Beacon[];
  /** Why it was not looked everywhere, for people; `null` when it was. */
  readonly problem: string | null;
}

/** When questions go out, in ms: the first may get lost, and an answer may leave out what belongs to it. */
const ROUNDS = [
  { atMs: 0, isForAll: true },
  { atMs: 400, isForAll: false },
  { atMs: 1_000, isForAll: true },
  { atMs: 3_000, isForAll: true },
  { atMs: 9_000, isForAll: true },
] as const;
const EVERYBODY: OwnQuestion = { name: SERVICE_TYPE, type: "PTR" };
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Asks the networks around for gateways and collects what they say about themselves. Connects to nothing and sends
 * nothing but the question. Never rejects: what goes wrong is in `problem`.
 *
 * Docs: discovery.md#finding-gateways
 */
export async function browse({
  timeoutMs,
  port,
  links = localLinks(),
}: BrowseOptions): Promise<BrowseResult> {
  if (links.length === 0) return { beacons: [], problem: "this machine is on no network with neighbours" };
  const sightings = new Sightings(links.map(({ address }) => address));
  const problems = new Map<string, string>();
  const open = async (link: Link) => {
    const onProblem = (error: unknown) => void problems.set(link.address, messageOf(error));
    const onPacket = (bytes: Buffer, from: string) => sightings.hear(bytes, from);
    return openLinkSocket({ link, onPacket, onProblem, ...(port !== undefined && { port }) }).catch(
      onProblem,
    );
  };
  const opened = await Promise.all(links.map(open));
  const sockets = opened.filter((socket) => socket !== undefined);
  try {
    if (sockets.length > 0) await ask({ sockets, sightings, timeoutMs: Math.min(timeoutMs, MAX_TIMER_MS) });
  } finally {
    for (const socket of sockets) socket.close();
  }
  const problem = [...problems].map(([address, message]) => `${address}: ${message}`).join("; ");
  return { beacons: sightings.beacons(), problem: problem === "" ? null : problem };
}

interface Search {
  readonly sockets: readonly LinkSocket[];
  readonly sightings: Sightings;
  readonly timeoutMs: number;
}

async function ask({ sockets, sightings, timeoutMs }: Search): Promise<void> {
  let passedMs = 0;
  for (const { atMs, isForAll } of ROUNDS.filter((round) => round.atMs < timeoutMs)) {
    await sleep(atMs - passedMs);
    passedMs = atMs;
    const questions = [...(isForAll ? [EVERYBODY] : []), ...sightings.missing()];
    if (questions.length === 0) continue;
    const query = writeQuery(questions);
    await Promise.all(sockets.map((socket) => socket.send(query)));
  }
  await sleep(timeoutMs - passedMs);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
