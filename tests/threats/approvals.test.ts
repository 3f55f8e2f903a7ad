import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admitted, ALL_SCOPES, Attacker, client, dialect, errorOf, type Frame } from "./support/attacker.ts";
import { createDevice, type Device } from "./support/device.ts";
import { start, type StartedGateway, TOKEN } from "./support/gateway.ts";

let running: StartedGateway;
let asking: Attacker;
let person: Attacker;
beforeAll(async () => {
  running = await start();
  asking = await holder(["operator.approvals"]);
  person = await holder(["operator.approvals"], {
    client: client("gateway-client", "backend", { displayName: "Ada" }),
  });
});
afterAll(async () => {
  for (const socket of [asking, person]) socket.end();
  await running[Symbol.asyncDispose]();
});

const holder = (scopes: readonly string[], params: Frame = {}) =>
  admitted(running.address.url, { scopes, ...params });

async function atDevice(device: Device, scopes: readonly string[]): Promise<Attacker> {
  const socket = await Attacker.open(running.address.url);
  const answer = await socket.connect(device.sign(socket, { client: client("openclaw-tui", "ui"), scopes }));
  if (answer["ok"] !== true) throw new Error(JSON.stringify(answer));
  return socket;
}

/** Asks and goes on without waiting for the decision. */
async function ask(params: Frame, socket = asking): Promise<string> {
  return String(
    (await socket.call("exec.approval.request", { command: "true", twoPhase: true, ...params }))["id"],
  );
}

/** What was decided, as who asked hears it. */
const outcome = async (id: string, socket = asking) =>
  (await socket.call("exec.approval.waitDecision", { id }))["decision"];
const resolve = (socket: Attacker, id: string, decision = "allow-once") =>
  socket.request("exec.approval.resolve", { id, decision });

describe("permission to run a command", () => {
  test("T-AZ-13 is given by nobody without the scope, whatever else he holds", async () => {
    const id = await ask({});
    const without = [
      "operator.read",
      "operator.write",
      "operator.pairing",
      "operator.questions",
      "operator.talk",
    ];
    const stranger = await holder(without);
    for (const method of [
      "exec.approval.resolve",
      "exec.approval.list",
      "exec.approval.get",
      "exec.approval.waitDecision",
      "exec.approval.request",
    ])
      expect(
        errorOf(await stranger.request(method, { id, decision: "allow-once", command: "x" })),
      ).toMatchObject({
        code: "FORBIDDEN",
        message: "missing scope: operator.approvals",
      });
    const node = await Attacker.open(running.address.url);
    const program = { role: "node", client: client("node-host", "node"), scopes: [], auth: { token: TOKEN } };
    expect((await node.connect(createDevice().sign(node, program)))["ok"]).toBe(true);
    expect(errorOf(await resolve(node, id)).message).toBe("unauthorized role: node");
    await resolve(person, id, "deny");
    expect(await outcome(id)).toBe("deny");
    stranger.end();
    node.end();
  });

  test.each(["/approve", "/approve:", "/APPROVE", " /approve"])(
    "T-AZ-01 is not given by a message of somebody who may only write: %s",
    async (command) => {
      const id = await ask({});
      const writer = await holder(["operator.read", "operator.write"]);
      const send = (method: string, message: string) =>
        writer.request(method, { sessionKey: "main", message, idempotencyKey: `${method}${id}${message}` });
      for (const text of [`${command} ${id} allow-always`, `${command} ${id}`, `${command} nobody deny`])
        expect(errorOf(await send("chat.send", text))).toMatchObject({
          code: "FORBIDDEN",
          message: "missing scope: operator.approvals",
        });
      // By this door it is a message like any other.
      await send("agent", `${command} ${id} allow-always`);
      await writer.frame(({ event, payload }) => event === "chat" && (payload as Frame)["state"] === "final");
      expect((await person.call("exec.approval.get", { id }))["id"]).toBe(id);
      expect(errorOf(await resolve(writer, id)).message).toBe("missing scope: operator.approvals");
      await resolve(person, id, "deny");
      expect(await outcome(id)).toBe("deny");
      writer.end();
    },
  );

  test("T-AZ-01 is given by a message of somebody who may decide, and only by one", async () => {
    const owner = await holder(ALL_SCOPES);
    const id = await ask({ approvalReviewerDeviceIds: [createDevice().id] });
    const free = await ask({});
    const both = await holder(["operator.read", "operator.write", "operator.approvals"]);
    const say = async (message: string) => {
      const runId = `say ${message}`;
      await both.call("chat.send", { sessionKey: "main", message, idempotencyKey: runId });
      const isFinal = ({ event, payload = {} }: Frame) =>
        event === "chat" && (payload as Frame)["runId"] === runId && (payload as Frame)["state"] === "final";
      return JSON.stringify((await both.frame(isFinal))["payload"]);
    };
    expect(await say(`/approve ${free}`)).toContain("Usage: /approve <id> allow-once|allow-always|deny");
    expect(await say(`/approve ${id} allow-once`)).toContain("❌ unknown or expired approval id");
    expect(await say(`/approve ${free} allow-once`)).toContain(
      `✅ Exec approval allow-once submitted for ${free}.`,
    );
    expect(await say(`/approve ${free} deny`)).toContain("❌ unknown or expired approval id");
    expect(await outcome(free)).toBe("allow-once");
    await person.event("exec.approval.resolved");
    expect((await resolve(owner, id, "deny"))["ok"]).toBe(true);
    for (const socket of [both, owner]) socket.end();
  });

  test("T-AZ-13 is for one command, once: the id is worth nothing afterwards", async () => {
    const id = await ask({ command: "make clean" });
    expect((await resolve(person, id))["ok"]).toBe(true);
    expect(errorOf(await resolve(person, id, "allow-always"))).toEqual({
      code: "INVALID_REQUEST",
      message: "unknown or expired approval id",
      details: { reason: "APPROVAL_NOT_FOUND", remediation: expect.any(String) as string },
    });
    // The id under which something was allowed allows nothing else.
    await ask({ id, command: "rm -rf /" });
    const waiting = person.call("exec.approval.list").then((list) => list as unknown as Frame[]);
    expect((await waiting).filter((each) => each["id"] === id)).toMatchObject([
      { request: { command: "rm -rf /" } },
    ]);
    await resolve(person, id, "deny");
    expect(await outcome(id)).toBe("deny");
  });

  test("T-AZ-13 ends with its time: what comes later is refused and runs nothing", async () => {
    const id = await ask({ timeoutMs: 60_000 });
    running.advance(60_001);
    expect(errorOf(await resolve(person, id)).details).toMatchObject({ reason: "APPROVAL_NOT_FOUND" });
    expect(await outcome(id)).toBeNull();
  });

  test("T-AZ-13 is bound to what was shown: nothing of it can be changed while it waits", async () => {
    const shown = {
      command: "ls",
      cwd: "/w",
      nodeId: "n1",
      host: "gateway",
      agentId: "main",
      sessionKey: "agent:main:main",
    };
    const id = await ask(shown);
    for (const [field, value] of Object.entries({
      command: "rm -rf /",
      cwd: "/",
      nodeId: "n2",
      agentId: "x",
      sessionKey: "y",
    }))
      expect(
        errorOf(await asking.request("exec.approval.request", { ...shown, id, [field]: value })).message,
      ).toBe("approval id already pending");
    const list = (await person.call("exec.approval.list")) as unknown as Frame[];
    expect(list.filter((each) => each["id"] === id)).toMatchObject([{ request: shown }]);
    await resolve(person, id, "deny");
  });

  test("T-AZ-13 comes from whom was asked: another device neither sees nor decides it", async () => {
    const [mine, other] = [createDevice(), createDevice()];
    const scopes = ["operator.approvals"];
    const [reviewer, bystander] = [await atDevice(mine, scopes), await atDevice(other, scopes)];
    const id = await ask({ approvalReviewerDeviceIds: [mine.id] });
    await reviewer.event("exec.approval.requested");
    expect(errorOf(await resolve(bystander, id)).details).toMatchObject({ reason: "APPROVAL_NOT_FOUND" });
    expect(errorOf(await bystander.request("exec.approval.get", { id })).details).toMatchObject({
      reason: "APPROVAL_NOT_FOUND",
    });
    expect(await bystander.call("exec.approval.list")).toEqual([]);
    expect((await resolve(reviewer, id, "deny"))["ok"]).toBe(true);
    await bystander.call("health");
    expect(bystander.eventNames().filter((name) => name.startsWith("exec."))).toEqual([]);
    reviewer.end();
    bystander.end();
  });

  test("T-AZ-13 is not given by whoever asks for it, when nobody else is there", async () => {
    await using alone = await start();
    const only = await admitted(alone.address.url, { scopes: ["operator.approvals"] });
    const reader = await admitted(alone.address.url, { scopes: ["operator.read", "operator.write"] });
    expect(await only.call("exec.approval.request", { command: "x" })).toMatchObject({ decision: null });
    expect(await only.call("exec.approval.list")).toEqual([]);
    expect(only.eventNames()).not.toContain("exec.approval.requested");
    only.end();
    reader.end();
  });

  test("T-AZ-13 leaves one line for each decision that says who decided what", async () => {
    const id = await ask({ command: "deploy", host: "gateway" });
    const before = running.log.length;
    await resolve(person, id);
    await resolve(person, id);
    const lines = running.log.slice(before).filter(({ text }) => text.includes(id));
    expect(lines.map(({ text }) => text)).toEqual([
      `exec approval decision=allow-once id="${id}" host="gateway" command="deploy" actor=gateway-client device=none ip=127.0.0.1`,
    ]);
  });

  test.each([3, 4] as const)(
    "T-AZ-12 dialect %i: who connects late is told what waits, if he may know",
    async (version) => {
      const id = await ask({ command: `late ${version}` });
      const params = { ...dialect(version), client: client("openclaw-tui", "ui"), auth: { token: TOKEN } };
      const late = await Attacker.open(running.address.url);
      await late.connect(createDevice().sign(late, { ...params, scopes: ALL_SCOPES }));
      const list = (await late.call("exec.approval.list")) as unknown as Frame[];
      expect(list.map((each) => each["id"])).toContain(id);
      expect(await late.call("exec.approval.get", { id: id.slice(0, 8) })).toMatchObject({
        id,
        commandText: `late ${version}`,
        allowedDecisions: ["allow-once", "allow-always", "deny"],
      });
      expect((await resolve(late, id))["ok"]).toBe(true);
      expect(await outcome(id)).toBe("allow-once");
      late.end();
    },
  );
});

describe("a run on a node", () => {
  /** A machine that may be asked for these, by an owner who has approved them. */
  async function machine(owner: Attacker, ...commands: string[]) {
    const device = createDevice();
    const socket = await Attacker.open(running.address.url);
    const program = client("node-host", "node", { platform: "linux" });
    const params = { role: "node", client: program, scopes: [], auth: { token: TOKEN }, commands };
    expect((await socket.connect(device.sign(socket, params)))["ok"]).toBe(true);
    const pending = await owner.frame(
      ({ event, payload }) => event === "node.pair.requested" && (payload as Frame)["nodeId"] === device.id,
    );
    await owner.call("node.pair.approve", { requestId: (pending["payload"] as Frame)["requestId"] });
    return { socket, nodeId: device.id };
  }
  const invoke = (by: Attacker, nodeId: string, params: Frame) =>
    by.request("node.invoke", {
      ...{ nodeId, command: "system.run", params },
      idempotencyKey: `k${Math.random()}`,
    });

  test("T-AZ-13 carries a permission only if it is the run that was shown, for who asked, once", async () => {
    const owner = await holder(ALL_SCOPES);
    const { socket, nodeId } = await machine(owner, "system.run");
    const run = { cwd: "/w", env: { A: "1" }, agentId: "main", sessionKey: "agent:main:main", runId: "r1" };
    const words = ["sh", "-c", "rm -rf build"];
    const plan = { host: "node", nodeId, systemRunPlan: {}, commandArgv: words };
    const id = await ask({ ...plan, ...run, command: "echo harmless" });
    expect((await person.call("exec.approval.get", { id }))["commandText"]).toBe("sh -c 'rm -rf build'");
    const good = { ...run, command: words, approvalId: id };
    expect(errorOf(await invoke(owner, nodeId, good)).code).toBe("INVALID_REQUEST");
    await resolve(person, id);

    const commands = [["sh", "-c", "rm -rf /"], words.slice(1), words.join(" "), "echo harmless", 7, null];
    const tampered: readonly Frame[] = [
      ...commands.map((command) => ({ command })),
      ...["cwd", "agentId", "sessionKey", "runId"].flatMap((field) =>
        ["other", null, 1].map((value) => ({ [field]: value })),
      ),
      ...[{}, { A: "2" }, { A: "1", LD_PRELOAD: "/evil.so" }, { A: 1 }, null].map((env) => ({ env })),
      ...[{ approvalId: "made-up" }, { approvalId: 1 }],
      ...[{ approved: true }, { approvalDecision: "allow-always" }, { shell: "zsh" }],
    ];
    for (const change of tampered) {
      const { code } = errorOf(await invoke(owner, nodeId, { ...good, ...change }));
      expect([change, code]).toEqual([change, "INVALID_REQUEST"]);
    }
    const another = await machine(owner, "system.run");
    expect(errorOf(await invoke(owner, another.nodeId, good)).code).toBe("INVALID_REQUEST");
    const stranger = await atDevice(createDevice(), ["operator.write", "operator.approvals"]);
    expect(errorOf(await invoke(stranger, nodeId, good)).code).toBe("INVALID_REQUEST");
    await socket.settled();
    expect([...socket.eventNames(), ...another.socket.eventNames()]).not.toContain("node.invoke.request");

    const answer = invoke(owner, nodeId, good);
    const { id: invokeId, paramsJSON } = (await socket.event("node.invoke.request"))["payload"] as Frame;
    const approval = { approved: true, approvalDecision: "allow-once" };
    expect(JSON.parse(String(paramsJSON))).toEqual({ ...run, command: words, ...approval });
    await socket.call("node.invoke.result", { id: invokeId, nodeId, ok: true });
    expect((await answer)["ok"]).toBe(true);
    expect(errorOf(await invoke(owner, nodeId, good)).code).toBe("INVALID_REQUEST");
    for (const each of [owner, socket, another.socket, stranger]) each.end();
  });

  test.each(["deny", "expired"])("T-AZ-13 needs a decision that allowed it: %s", async (how) => {
    const owner = await holder(ALL_SCOPES);
    const { socket, nodeId } = await machine(owner, "system.run");
    const id = await ask({ command: "id", host: "node", nodeId, systemRunPlan: {} });
    if (how === "deny") await resolve(person, id, "deny");
    else running.advance(120_001);
    expect(errorOf(await invoke(owner, nodeId, { command: "id", approvalId: id })).code).toBe(
      "INVALID_REQUEST",
    );
    await socket.settled();
    expect(socket.eventNames()).not.toContain("node.invoke.request");
    for (const each of [owner, socket]) each.end();
  });

  test("T-AZ-13 policies of a node are the administrator's, and are asked for in the gateway's own name", async () => {
    const owner = await holder(ALL_SCOPES);
    const { socket, nodeId } = await machine(owner, "system.which", "system.execApprovals.set");
    const writer = await holder(["operator.write", "operator.approvals"]);
    for (const method of ["exec.approvals.node.get", "exec.approvals.node.set"])
      expect(errorOf(await writer.request(method, { nodeId, file: { version: 1 } })).message).toBe(
        "missing scope: operator.admin",
      );
    expect(errorOf(await owner.request("exec.approvals.node.get", { nodeId })).code).toBe("INVALID_REQUEST");
    const params = { file: { version: 1 }, baseHash: "h1" };
    const answer = owner.call("exec.approvals.node.set", { nodeId, ...params });
    const { id, command, paramsJSON } = (await socket.event("node.invoke.request"))["payload"] as Frame;
    expect([command, JSON.parse(String(paramsJSON))]).toEqual(["system.execApprovals.set", params]);
    await socket.call("node.invoke.result", { id, nodeId, ok: true, payloadJSON: '{"hash":"h2"}' });
    expect(await answer).toEqual({ hash: "h2" });
    for (const each of [owner, socket, writer]) each.end();
  });
});
