import { setTimeout as sleep } from "node:timers/promises";
import type { Link } from "../links/link.ts";
import type { Packet } from "../packets/read-packet.ts";
import { asksForUs, contests } from "./hear.ts";
import { LinkVoice } from "./link-voice.ts";
import { type AnnouncedGateway, type AnnouncedService, describeService } from "./service.ts";

/** What announcing needs. */
export interface AnnouncerOptions {
  readonly gateway: AnnouncedGateway;
  /** Where there are neighbours now; asked again every 5 s, as machines move and cables are plugged in. */
  readonly links: () => readonly Link[];
  /** UDP port. @default 5353 */
  readonly port?: number;
  readonly logger: Pick<Console, "debug" | "info" | "warn">;
}

/** A gateway that its neighbours can find. */
export interface Announcer {
  /** Takes everything back and closes the sockets, within 200 ms. Idempotent. */
  close(): Promise<void>;
}

const LOOK_MS = 5_000;
const PROBES = 3;
const PROBE_MS = 250;
const REPEAT_MS = 1_000;
const GOODBYE_MS = 200;
/** Names that are tried; somebody who has them all wants us to have none. */
const MAX_NAMES = 10;
/** Different problems that are told. */
const MAX_PROBLEMS = 32;

/**
 * Announces a gateway from now on: claims a name nobody has, tells it, and answers whoever asks. Works in the
 * background and never throws: what goes wrong is one warning, the rest of it is for debugging.
 *
 * Docs: discovery.md#announcing
 */
export function announce(options: AnnouncerOptions): Announcer {
  return new RunningAnnouncer(options);
}

class RunningAnnouncer implements Announcer {
  readonly #options: AnnouncerOptions;
  readonly #voices = new Map<string, LinkVoice>();
  readonly #stop = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #service: AnnouncedService;
  #attempt = 1;
  /** The name under which the operator was told it. */
  #loggedName: string | undefined;
  /** The names are ours, and neighbours have been told. */
  #isClaimed = false;
  #isContested = false;
  /** What an operator was told of, each thing once. */
  readonly #problems = new Set<string>();
  /** One step after the other. */
  #work: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#service = describeService(options.gateway, this.#attempt);
    this.#next(() => this.#look());
    this.#timer = setInterval(() => this.#next(() => this.#look()), LOOK_MS);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#work;
    const voices = [...this.#voices.values()];
    const goodbye = this.#isClaimed ? voices.map((voice) => voice.takeBack(this.#service)) : [];
    const patience = new AbortController();
    const late = sleep(GOODBYE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([Promise.all(goodbye), late]);
    patience.abort();
    for (const voice of voices) voice.close();
    this.#voices.clear();
  }

  #next(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#stop.signal.aborted) return;
      try {
        await step();
      } catch (error) {
        // A pause that closing cut short is no problem.
        if (!this.#stop.signal.aborted) this.#problem(error);
      }
    });
  }

  /** Follows the machine's networks. */
  async #look(): Promise<void> {
    const links = this.#options.links();
    for (const [address, voice] of this.#voices) {
      if (links.some((link) => link.address === address)) continue;
      voice.close();
      this.#voices.delete(address);
    }
    if (links.length === 0) this.#problem("no network interface with neighbours");
    const added = links.filter(({ address }) => !this.#voices.has(address));
    await Promise.all(added.map((link) => this.#speakOn(link)));
    if (added.some(({ address }) => this.#voices.has(address))) await this.#claim();
  }

  async #speakOn(link: Link): Promise<void> {
    const { port } = this.#options;
    try {
      const voice = await LinkVoice.open({
        link,
        ...(port !== undefined && { port }),
        onPacket: (packet) => this.#hear(packet, link.address),
        onProblem: (problem) => this.#problem(problem, link),
      });
      this.#voices.set(link.address, voice);
    } catch (error) {
      this.#problem(error, link);
    }
  }

  #hear(packet: Packet, here: string): void {
    if (contests(packet, this.#service, { here, everywhere: [...this.#voices.keys()] })) {
      this.#isContested = true;
      if (!this.#isClaimed) return;
      this.#isClaimed = false;
      this.#next(() => this.#claim());
    } else if (this.#isClaimed && asksForUs(packet, this.#service)) {
      this.#voices.get(here)?.answer(this.#service);
    }
  }

  /** Finds a name that is nobody's and tells it. */
  async #claim(): Promise<void> {
    if (!this.#isContested) await this.#probe();
    while (this.#isContested) {
      this.#isContested = false;
      this.#attempt += 1;
      if (this.#attempt > MAX_NAMES)
        return this.#problem(`every name is taken, ${this.#service.instance} too`);
      this.#service = describeService(this.#options.gateway, this.#attempt);
      await this.#probe();
    }
    this.#isClaimed = true;
    this.#logName();
    await this.#tellAll();
    await this.#pause(REPEAT_MS);
    await this.#tellAll();
  }

  async #probe(): Promise<void> {
    // Machines that were switched on together do not probe together.
    await this.#pause(Math.random() * PROBE_MS);
    for (let probe = 0; probe < PROBES && !this.#isContested; probe += 1) {
      await Promise.all([...this.#voices.values()].map((voice) => voice.probe(this.#service)));
      await this.#pause(PROBE_MS);
    }
  }

  async #tellAll(): Promise<void> {
    await Promise.all([...this.#voices.values()].map((voice) => voice.tell(this.#service)));
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#stop.signal });
  }

  #logName(): void {
    const { instance } = this.#service;
    if (instance === this.#loggedName) return;
    this.#loggedName = instance;
    const { logger, gateway } = this.#options;
    if (this.#attempt > 1) logger.warn(`gateway name conflict resolved; newName="${instance}"`);
    else logger.info(`announced on the local network as "${instance}" (${gateway.mode})`);
  }

  /** The first problem is for the operator, others are for whoever looks into it: this is a sideline of the gateway. */
  #problem(problem: unknown, link?: Link): void {
    const place = link === undefined ? "" : ` at ${link.address}`;
    const text = `not announced${place}: ${problem instanceof Error ? problem.message : String(problem)}`;
    if (this.#problems.has(text) || this.#problems.size >= MAX_PROBLEMS) return;
    const { logger } = this.#options;
    if (this.#problems.size === 0) logger.warn(`${text}; the gateway serves all the same`);
    else logger.debug(text);
    this.#problems.add(text);
  }
}
