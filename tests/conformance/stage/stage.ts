import { setTimeout as pause } from "node:timers/promises";
import { deviceAuthPayload, signedToken } from "@openclaw/protocol";

import { Bindings } from "../matching/placeholders.ts";
import { at, isObject } from "../recording/json.ts";
import type { Frame } from "../recording/recording.ts";
import { createDevice, type TestDevice } from "./devices.ts";
import { SECRETS, type TestGateway } from "./gateways.ts";
import type { Action, Headers, Introduction, Proof, RunParams } from "./scenario.ts";
import { Wire } from "./wire.ts";

/** One gateway with the secrets, devices and clients of a scenario. */
export class Stage {
  /** What the placeholders of the recording stand for in this run. */
  readonly bindings = new Bindings();
  readonly #running: TestGateway;
  readonly #devices = new Map<string, TestDevice>();

  constructor(running: TestGateway) {
    this.#running = running;
  }

  open(headers: Headers = {}): Promise<Wire> {
    const { url, port } = this.#running;
    const filled = Object.entries(headers).map(([name, value]) => [
      name,
      value.replace("<port>", String(port)),
    ]);
    return Wire.open(url, Object.fromEntries(filled) as Headers);
  }

  /** A plain HTTP request; the answer as recordings tell it. */
  async request(method: string, path: string): Promise<Frame> {
    const response = await fetch(`http://127.0.0.1:${this.#running.port}${path}`, { method });
    const contentType = response.headers.get("content-type");
    return { status: response.status, contentType, body: (await response.json()) as unknown };
  }

  /** Opens a connection and shakes hands as told; the hello is its result. */
  async connect(
    who: Introduction,
    deviceName: string,
  ): Promise<{ readonly wire: Wire; readonly hello: Frame }> {
    const { wire, hello } = await this.#introduce(who, deviceName);
    if (hello["ok"] !== true) throw new Error(`connect was refused: ${JSON.stringify(hello)}`);
    return { wire, hello };
  }

  async #introduce(who: Introduction, deviceName: string) {
    const wire = await this.open(who.headers);
    const challenge = await nextFrame(wire);
    const { dialect = 3, client, role = "operator", scopes, caps = [], commands } = who;
    const { auth = { token: "<gatewayToken>" } } = who;
    const params = {
      minProtocol: dialect,
      maxProtocol: dialect,
      client: { version: "1.0.0", platform: "linux", ...client },
      role,
      scopes,
      caps,
      ...(commands && { commands }),
      auth: this.#filled(auth, undefined),
    };
    const proven = this.#proven(params, deviceName, challenge);
    wire.send(JSON.stringify({ type: "req", id: "hello", method: "connect", params: proven }));
    return { wire, hello: await nextFrame(wire) };
  }

  /** A recorded frame with everything volatile filled in; a connect is signed anew. */
  fill(frame: Frame, proof: Proof): Frame {
    const deviceId = at(frame, "params", "device", "id");
    const publicKey = at(frame, "params", "device", "publicKey");
    // The key names the device, since one recording sends a wrong id on purpose.
    const suffix = typeof publicKey === "string" ? publicKey.replace(/^<publicKey|>$/g, "") : "";
    const device = deviceId === undefined ? undefined : this.#device(`<deviceId${suffix}>`);
    const filled = this.#filled(frame, device) as Frame;
    if (!device || !isObject(filled["params"])) return filled;
    return { ...filled, params: this.#signed(filled["params"], device, proof) };
  }

  async act(action: Action, wire: Wire | undefined): Promise<void> {
    switch (action.do) {
      case "stop-gateway":
        // Not awaited: the goodbye is what the connections wait for.
        void this.#running.gateway.close();
        return;
      case "send-text":
        wire?.send(action.text);
        return;
      case "run":
        return this.#run(action.params, action.device ?? "preparation");
      case "call":
        return this.#call(action.method, action.params);
      case "approve-nodes":
        return this.#approveNodes();
      case "await-sessions":
        return this.#awaitSessions(action.count);
      case "read-config":
        return this.#readConfig();
      case "knock": {
        const { wire: visitor, hello } = await this.#introduce(action.as, action.device);
        if (hello["ok"] !== false) throw new Error(`${action.device} was let in`);
        return visitor.close();
      }
      case "visit": {
        const { wire: visitor, hello } = await this.connect(action.as, action.device);
        const deviceToken = at(hello, "payload", "auth", "deviceToken");
        if (typeof deviceToken === "string") this.bindings.bind(action.token ?? "<deviceToken>", deviceToken);
        return visitor.close();
      }
      default:
        return action satisfies never;
    }
  }

  async #run({ method, ...params }: RunParams, device: string): Promise<void> {
    const { wire } = await this.connect(PREPARER, device);
    wire.send(JSON.stringify({ type: "req", id: "run", method, params }));
    for (;;) {
      const frame = await nextFrame(wire);
      if (frame["ok"] === false && frame["payload"] === undefined)
        throw new Error(`refused: ${JSON.stringify(frame)}`);
      const state = at(frame, "payload", "state");
      if (frame["event"] === "chat" && (state === "final" || state === "error")) break;
    }
    await wire.close();
  }

  async #call(method: string, params: Frame): Promise<void> {
    const { wire } = await this.connect(PREPARER, "preparation");
    wire.send(JSON.stringify({ type: "req", id: "call", method, params: this.#filled(params, undefined) }));
    const answer = await answerTo(wire, "call");
    if (answer["ok"] !== true) throw new Error(`refused: ${JSON.stringify(answer)}`);
    await wire.close();
  }

  async #approveNodes(): Promise<void> {
    const { wire } = await this.connect(PREPARER, "preparation");
    const ask = async (id: string, method: string, params: Frame): Promise<Frame> => {
      wire.send(JSON.stringify({ type: "req", id, method, params }));
      return answerTo(wire, id);
    };
    for (let tries = 0; tries < 200; tries += 1) {
      const listed = at(await ask(`list ${tries}`, "node.pair.list", {}), "payload", "pending");
      const [pending] = Array.isArray(listed) ? (listed as Frame[]) : [];
      if (pending) {
        await ask("approve", "node.pair.approve", { requestId: pending["requestId"] });
        return wire.close();
      }
      await pause(20);
    }
    throw new Error("no node asked for anything");
  }

  async #awaitSessions(count: number): Promise<void> {
    const { wire } = await this.connect(PREPARER, "preparation");
    for (let tries = 0; tries < 200; tries += 1) {
      wire.send(
        JSON.stringify({ type: "req", id: String(tries), method: "health", params: { probe: true } }),
      );
      const frame = await answerTo(wire, String(tries));
      if (at(frame, "payload", "sessions", "count") === count) return wire.close();
      await pause(20);
    }
    throw new Error(`health never knew of ${count} sessions`);
  }

  async #readConfig(): Promise<void> {
    const { wire } = await this.connect(PREPARER, "preparation");
    wire.send(JSON.stringify({ type: "req", id: "config", method: "config.get", params: {} }));
    this.bindings.bind("<hash>", String(at(await answerTo(wire, "config"), "payload", "hash")));
    return wire.close();
  }

  #device(name: string): TestDevice {
    const known = this.#devices.get(name);
    if (known) return known;
    const device = createDevice();
    this.#devices.set(name, device);
    if (name.startsWith("<")) {
      this.bindings.bind(name, device.id);
      this.bindings.bind(name.replace("deviceId", "publicKey"), device.publicKey);
    }
    return device;
  }

  #filled(value: unknown, device: TestDevice | undefined): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#filled(item, device));
    if (isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [key, this.#filled(member, device)]),
      );
    }
    return typeof value === "string" ? this.#filledText(value, device) : value;
  }

  #filledText(text: string, device: TestDevice | undefined): unknown {
    if (text === "<gatewayToken>") return SECRETS.token;
    if (text === "<gatewayPassword>") return SECRETS.password;
    if (text === "<wrongToken>") return "not-the-token";
    if (text === "<instanceId>") return crypto.randomUUID();
    const time = /^<ms([+-]\d+)?>$/.exec(text);
    if (time) return Date.now() + Number(time[1] ?? 0);
    if (/^<deviceId/.test(text) && device) return device.id;
    if (/^<publicKey/.test(text) && device) return device.publicKey;
    return this.bindings.valueOf(text) ?? text;
  }

  #proven(params: Frame, deviceName: string, challenge: Frame): Frame {
    const device = this.#device(deviceName);
    const claim = {
      id: device.id,
      publicKey: device.publicKey,
      signature: "<signature>",
      signedAt: Date.now(),
      nonce: at(challenge, "payload", "nonce"),
    };
    return this.#signed({ ...params, device: claim }, device, "v2");
  }

  #signed(params: Frame, device: TestDevice, proof: Proof): Frame {
    const claimed = { ...(params["device"] as Frame), ...falseClaim(device, proof) };
    const client = params["client"] as Readonly<Record<string, string>>;
    const scopes = (params["scopes"] ?? []) as readonly string[];
    const text = deviceAuthPayload({
      version: proof === "v3" ? "v3" : "v2",
      deviceId: String(claimed["id"]),
      clientId: client["id"] ?? "",
      clientMode: client["mode"] ?? "",
      role: String(params["role"] ?? "operator"),
      scopes: proof === "sorted-scopes" ? scopes.toSorted() : scopes,
      signedAtMs: Number(claimed["signedAt"]),
      token: signedToken(params["auth"] as Parameters<typeof signedToken>[0]),
      nonce: String(claimed["nonce"] ?? ""),
      platform: client["platform"],
      deviceFamily: client["deviceFamily"],
    });
    const signature = device.sign(proof === "bad-signature" ? `${text}?` : text);
    return { ...params, device: { ...claimed, signature } };
  }
}

/** What a device says of itself that is not plainly true. */
function falseClaim(device: TestDevice, proof: Proof): Frame {
  switch (proof) {
    case "bad-key":
      return { publicKey: "no-key-at-all" };
    case "pem-key":
      return { publicKey: device.pem };
    case "wrong-id":
      return { id: "0".repeat(64) };
    case "ten-minutes-old":
      return { signedAt: Date.now() - 600_000 };
    case "ten-minutes-ahead":
      return { signedAt: Date.now() + 600_000 };
    default:
      return {};
  }
}

const PREPARER: Introduction = { client: { id: "cli", mode: "cli" }, scopes: ["operator.admin"] };

async function answerTo(wire: Wire, id: string): Promise<Frame> {
  for (;;) {
    const frame = await nextFrame(wire);
    if (frame["id"] === id) return frame;
  }
}

async function nextFrame(wire: Wire): Promise<Frame> {
  const received = await wire.next();
  if (received?.kind === "frame") return received.frame;
  throw new Error(`expected a frame, got ${JSON.stringify(received)}`);
}
