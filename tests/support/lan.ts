import { once } from "node:events";
import { collect, type Output, waitFor } from "./gateway-process.ts";
import { OwnMachine } from "./own-machine.ts";
import type { Terminal } from "./terminal.ts";

export const HOST = "10.89.7.1";
export const LAPTOP = "10.89.7.2";
const TOKEN = "a-token-for-tests-on-a-network-of-their-own";

/** Two machines and a cable: a network of the test's own, where everything may be said aloud. */
export class Lan implements AsyncDisposable {
  /** Where the gateway runs; its account is `ines`. */
  readonly host: OwnMachine;
  /** Where somebody looks for it. */
  readonly laptop: OwnMachine;

  private constructor(host: OwnMachine, laptop: OwnMachine) {
    this.host = host;
    this.laptop = laptop;
  }

  static async connect(): Promise<Lan> {
    const host = await OwnMachine.boot("studio", "ines");
    const laptop = await OwnMachine.boot("laptop", "me").catch(async (error: unknown) => {
      await host[Symbol.asyncDispose]();
      throw error;
    });
    const lan = new Lan(host, laptop);
    await host.connect(laptop, [HOST, LAPTOP]);
    await lan.plugIn();
    return lan;
  }

  /**
   * Starts a gateway that the laptop can reach; resolves when it listens. These machines look like the one around them,
   * which may be a container, so it is told to speak all the same.
   */
  async startGateway(config: object = {}, env = "OPENCLAW_DISABLE_BONJOUR=0"): Promise<Terminal> {
    await this.configure(config);
    const gateway = this.host.type(`${env} openclaw gateway --verbose`);
    await gateway.see(/log file: /);
    return gateway;
  }

  /** Waits until the cable carries something; before that the machines have no network. */
  async plugIn(): Promise<void> {
    const look = 'until ip link show cable | grep -q "state UP"; do sleep 0.02; done';
    for (const machine of [this.host, this.laptop])
      await machine.administer(`ip link set cable up; timeout 20 sh -c '${look}'`);
  }

  /** Pulls the cable out. */
  async unplug(): Promise<void> {
    await this.host.administer("ip link set cable down");
  }

  async configure({ gateway, ...rest }: { readonly gateway?: object } & object = {}): Promise<void> {
    const text = JSON.stringify({
      gateway: {
        mode: "local",
        bind: "lan",
        auth: { token: TOKEN },
        controlUi: { enabled: false },
        ...gateway,
      },
      ...rest,
    });
    const { code, stderr } = await this.host.run(
      `mkdir -p ~/.openclaw && printf %s '${text}' > ~/.openclaw/openclaw.json`,
    );
    if (code !== 0) throw new Error(stderr);
  }

  /** Types `openclaw …` on the laptop and reads the JSON it prints. */
  async ask(words: string): Promise<unknown> {
    const { code, stdout, stderr } = await this.laptop.run(`openclaw ${words} --json`);
    if (stdout === "") throw new Error(`openclaw ${words} printed nothing (${code}): ${stderr}`);
    return JSON.parse(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.laptop[Symbol.asyncDispose]();
    await this.host[Symbol.asyncDispose]();
  }
}

/** Packet of multicast DNS that a neighbour heard. */
export interface HeardPacket {
  readonly from: string;
  readonly type: "query" | "response";
  readonly answers: readonly { readonly type: string; readonly ttl: number; readonly data: unknown }[];
  /** All its bytes, one character each. */
  readonly text: string;
}

/** Somebody who listens on the network; see lan-neighbour.mjs. */
export class LanNeighbour {
  readonly #output: Output;

  private constructor(output: Output) {
    this.#output = output;
  }

  static async join(machine: OwnMachine, address: string, role = ""): Promise<LanNeighbour> {
    const program = "/opt/openclaw/tests/support/lan-neighbour.mjs";
    const child = machine.serve("/opt/bin/node", program, address, role);
    const output = collect(child);
    await Promise.race([
      waitFor(output, /"listening"/),
      once(child, "exit").then(() => Promise.reject(new Error(output.text))),
    ]);
    return new LanNeighbour(output);
  }

  /** What it has heard, seen and printed so far. */
  get lines(): readonly unknown[] {
    const whole = this.#output.text.split("\n").slice(0, -1);
    return whole.map((line) => JSON.parse(line) as unknown);
  }

  get packets(): readonly HeardPacket[] {
    return this.lines.filter((line): line is HeardPacket => Object.hasOwn(Object(line), "answers"));
  }

  /** Responses alone. */
  get responses(): readonly HeardPacket[] {
    return this.packets.filter(({ type }) => type === "response");
  }
}
