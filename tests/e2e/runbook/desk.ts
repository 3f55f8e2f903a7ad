import { expect } from "vitest";
import type { OwnMachine } from "../../support/own-machine.ts";
import type { Terminal } from "../../support/terminal.ts";

/** An operator at work: a machine and the terminals where something stays open. */
export class Desk {
  readonly machine: OwnMachine;
  /** Where the tunnel of the remote access is typed. */
  readonly laptop: OwnMachine;
  readonly #open: Terminal[] = [];

  constructor(machine: OwnMachine, laptop: OwnMachine) {
    this.machine = machine;
    this.laptop = laptop;
  }

  /** Starts a command that stays, on a terminal of its own. */
  open(line: string, machine = this.machine): Terminal {
    const terminal = machine.type(line);
    this.#open.push(terminal);
    return terminal;
  }

  /** The terminal that was opened last. */
  get last(): Terminal {
    const terminal = this.#open.at(-1);
    if (terminal === undefined) throw new Error("no terminal is open");
    return terminal;
  }

  /** Presses Ctrl-C wherever a gateway runs: each ends without a complaint. */
  async leave(): Promise<void> {
    for (const terminal of this.#open.splice(0)) expect(await terminal.interrupt(), terminal.text).toBe(0);
  }

  /** Types a command, expects it to end with a code, and gives what it showed. */
  async type(line: string, code = 0, machine = this.machine): Promise<string> {
    const terminal = machine.type(line);
    const ended = await terminal.ended;
    expect(ended, `${line}\n${terminal.text}`).toBe(code);
    return terminal.text;
  }

  /** Boot id of the gateway on a port; undefined when none answers. */
  async bootId(port: number, machine = this.machine): Promise<string | undefined> {
    const { stdout } = await machine.run(`curl -s http://127.0.0.1:${port}/healthz`);
    return /"instanceId":"([^"]+)"/.exec(stdout)?.[1];
  }
}
