import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  admitted,
  Attacker,
  client,
  connectParams,
  dialect,
  errorOf,
  type Frame,
  scopesOf,
} from "./support/attacker.ts";
import { createDevice, type Device } from "./support/device.ts";
import { start, startBehindProxy, type StartedGateway, TOKEN } from "./support/gateway.ts";

const UI = client("openclaw-tui", "ui");
/** Counts as remote: a program of this machine that knows us under a foreign name. */
const FAR = { headers: { host: "gateway.example:18789" } };

let running: StartedGateway;
let url: string;
beforeEach(async () => {
  running = await start();
  url = running.address.url;
});
afterEach(() => running[Symbol.asyncDispose]());

const operator = (...scopes: string[]) => admitted(url, { scopes });
const admin = () => operator("operator.admin");

/** A connect of a device; from far away unless it is `local`, with the shared secret unless it has a token. */
async function visit(
  device: Device,
  params: Frame = {},
  from: "local" | "far" = "far",
): Promise<{ socket: Attacker; answer: Frame }> {
  const socket = await Attacker.open(url, from === "far" ? FAR : {});
  const answer = await socket.connect(
    device.sign(socket, { client: UI, scopes: ["operator.read"], ...params }),
  );
  return { socket, answer };
}

/** A device that was paired on this machine, and the token it got. */
async function pairedDevice(scopes: readonly string[] = ["operator.read"]) {
  const device = createDevice();
  const { socket, answer } = await visit(device, { scopes }, "local");
  const { deviceToken } = ((answer["payload"] as Frame)["auth"] ?? {}) as { deviceToken: string };
  return { device, deviceToken, socket };
}

/** A session of a device by its own token. */
async function byToken(device: Device, deviceToken: string, scopes: readonly string[]) {
  const { socket, answer } = await visit(device, { auth: { deviceToken }, scopes });
  return { socket, answer };
}

const requestIdOf = (answer: Frame) => String(errorOf(answer).details?.["requestId"]);
const lists = async (socket: Attacker) =>
  (await socket.call("device.pair.list")) as unknown as { pending: Frame[]; paired: Frame[] };
const idsOf = (list: readonly Frame[]) => list.map(({ deviceId }) => deviceId);
/** Events and answers of pairing in the order they came, as `name` or `ok`. */
const order = (socket: Attacker) =>
  socket.frames.flatMap(({ event, ok }) =>
    typeof event === "string" ? [event] : ok === undefined ? [] : ["answer"],
  );

describe("a device from elsewhere", () => {
  test.each([3, 4] as const)(
    "dialect %i: waits, is approved, and comes back with a token of its own",
    async (version) => {
      const own = { ...dialect(version), client: client("cli", "cli"), scopes: ["operator.admin"] };
      const { socket: watcher } = await visit(createDevice(), own, "local");
      const phone = createDevice();
      const node = {
        ...dialect(version),
        role: "node",
        scopes: [],
        client: client("openclaw-ios", "node", { displayName: "Phone", deviceFamily: "iPhone" }),
      };
      const first = await visit(phone, node);
      const requestId = requestIdOf(first.answer);
      expect(errorOf(first.answer)).toMatchObject({ code: "NOT_PAIRED", details: { reason: "not-paired" } });
      expect((await first.socket.closed).code).toBe(1008);
      expect((await watcher.event("device.pair.requested"))["payload"]).toEqual({
        requestId,
        deviceId: phone.id,
        publicKey: phone.publicKey,
        displayName: "Phone",
        role: "node",
        roles: ["node"],
        scopes: [],
        silent: false,
        isRepair: false,
        platform: "test",
        clientId: "openclaw-ios",
        clientMode: "node",
        ts: expect.any(Number),
        ...(version === 4 && { deviceFamily: "iPhone" }),
      });
      const again = await visit(phone, node);
      expect(requestIdOf(again.answer)).toBe(requestId);

      const { device } = (await watcher.call("device.pair.approve", { requestId })) as { device: Frame };
      expect(device).toMatchObject({
        deviceId: phone.id,
        role: "node",
        roles: ["node"],
        tokens: [{ role: "node", scopes: [] }],
      });
      expect(device).not.toHaveProperty("approvedScopes");
      expect(order(watcher).slice(-2)).toEqual(["device.pair.resolved", "answer"]);
      expect(watcher.eventNames().filter((name) => name === "device.pair.requested")).toHaveLength(1);
      expect((await watcher.event("device.pair.resolved"))["payload"]).toMatchObject({
        requestId,
        deviceId: phone.id,
        decision: "approved",
      });
      expect(errorOf(await watcher.request("device.pair.approve", { requestId }))).toEqual({
        code: "INVALID_REQUEST",
        message: "unknown requestId",
      });

      const third = await visit(phone, node);
      const { deviceToken } = (third.answer["payload"] as Frame)["auth"] as { deviceToken: string };
      expect(deviceToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
      const fourth = await visit(phone, { ...node, auth: { deviceToken } });
      expect((fourth.answer["payload"] as Frame)["auth"]).toMatchObject({
        deviceToken,
        role: "node",
        scopes: [],
      });
    },
  );

  test("is told that it is unknown when its request was rejected", async () => {
    const owner = await admin();
    const stranger = createDevice();
    const { answer } = await visit(stranger);
    const requestId = requestIdOf(answer);
    expect((await lists(owner)).pending).toMatchObject([{ requestId, deviceId: stranger.id }]);
    expect(await owner.call("device.pair.reject", { requestId })).toEqual({
      requestId,
      deviceId: stranger.id,
    });
    expect(order(owner).slice(-2)).toEqual(["device.pair.resolved", "answer"]);
    expect((await owner.event("device.pair.resolved"))["payload"]).toMatchObject({ decision: "rejected" });
    expect(errorOf(await owner.request("device.pair.reject", { requestId })).message).toBe(
      "unknown requestId",
    );
    expect(requestIdOf((await visit(stranger)).answer)).not.toBe(requestId);
  });

  test("is listed to each dialect as its clients know it", async () => {
    const { device } = await pairedDevice();
    await visit(device, { client: { ...UI, deviceFamily: "Linux" } }, "local");
    const owner = await admin();
    const [shown] = (await lists(owner)).paired;
    expect(shown).toEqual({
      deviceId: device.id,
      publicKey: device.publicKey,
      platform: "test",
      deviceFamily: "Linux",
      clientId: "openclaw-tui",
      clientMode: "ui",
      role: "operator",
      roles: ["operator"],
      scopes: ["operator.read"],
      createdAtMs: expect.any(Number),
      approvedAtMs: expect.any(Number),
      approvedVia: "silent",
      lastSeenAtMs: expect.any(Number),
      lastSeenReason: "connect",
      connected: true,
      tokens: [{ role: "operator", scopes: ["operator.read"], createdAtMs: expect.any(Number) }],
    });
    const { socket } = await visit(
      createDevice(),
      { ...dialect(3), client: client("cli", "cli"), scopes: ["operator.pairing"] },
      "local",
    );
    const [older] = (await lists(socket)).paired;
    const {
      deviceFamily: _1,
      approvedVia: _2,
      lastSeenAtMs: _3,
      lastSeenReason: _4,
      connected: _5,
      ...known
    } = shown ?? {};
    expect(older).toEqual(known);
  });
});

describe("handing out", () => {
  test("T-PAIR-01 who holds pairing alone cannot get admin out of an admin's device", async () => {
    const { device, deviceToken } = await pairedDevice(["operator.admin", "operator.pairing"]);
    const attacker = await operator("operator.pairing");
    for (const scopes of [undefined, ["operator.admin"], ["operator.read"]]) {
      const params = { deviceId: device.id, role: "operator", ...(scopes && { scopes }) };
      expect(errorOf(await attacker.request("device.token.rotate", params))).toMatchObject({
        code: "FORBIDDEN",
        message: `missing scope: ${scopes?.[0] ?? "operator.admin"}`,
      });
    }
    expect(scopesOf((await byToken(device, deviceToken, ["operator.admin"])).answer)).toEqual([
      "operator.admin",
    ]);
  });

  test("T-PAIR-02 who holds pairing alone cannot approve an admin, and the request stays", async () => {
    const device = createDevice();
    const requestId = requestIdOf((await visit(device, { scopes: ["operator.admin"] })).answer);
    const approver = await operator("operator.pairing");
    expect(errorOf(await approver.request("device.pair.approve", { requestId }))).toMatchObject({
      code: "FORBIDDEN",
      message: "missing scope: operator.admin",
      details: { code: "MISSING_SCOPE", missingScope: "operator.admin" },
    });
    const { pending, paired } = await lists(approver);
    expect([idsOf(pending), idsOf(paired)]).toEqual([[device.id], []]);
    expect(approver.eventNames()).not.toContain("device.pair.resolved");
    expect((await visit(device, { scopes: ["operator.admin"] })).answer["ok"]).toBe(false);
    await (await admin()).call("device.pair.approve", { requestId });
    expect((await visit(device, { scopes: ["operator.admin"] })).answer["ok"]).toBe(true);
  });

  test("T-PAIR-03 a rotation mints no role that was never approved", async () => {
    const { device } = await pairedDevice();
    const owner = await admin();
    const before = await lists(owner);
    for (const role of ["node", "admin", "__proto__"]) {
      const answer = await owner.request("device.token.rotate", { deviceId: device.id, role });
      expect(errorOf(answer)).toEqual({ code: "INVALID_REQUEST", message: "unknown deviceId/role" });
    }
    expect(await lists(owner)).toEqual(before);
    const asNode = { role: "node", scopes: [] };
    expect(errorOf((await visit(device, asNode, "local")).answer).details).toMatchObject({
      reason: "role-upgrade",
    });
  });

  test("T-PAIR-05 a rotation never leaves the approved baseline, whatever the device says about itself since", async () => {
    const { device } = await pairedDevice(["operator.read", "operator.approvals"]);
    const owner = await admin();
    const rotate = (...scopes: string[]) =>
      owner.request("device.token.rotate", { deviceId: device.id, role: "operator", scopes });
    expect(errorOf(await rotate("operator.write")).message).toBe("unknown deviceId/role");
    expect(await rotate("operator.read")).toMatchObject({ ok: true });
    const renamed = { ...UI, platform: "another", displayName: "operator.write" };
    await visit(device, { client: renamed, scopes: ["operator.write", "operator.read"] }, "local");
    await visit(device, { client: renamed }, "local");
    expect((await lists(owner)).paired).toMatchObject([
      { platform: "another", scopes: ["operator.read", "operator.approvals"] },
    ]);
    expect(errorOf(await rotate("operator.write")).message).toBe("unknown deviceId/role");
    expect(await rotate("operator.approvals")).toMatchObject({ payload: { scopes: ["operator.approvals"] } });
  });

  test("T-PAIR-09 a new token is shown to its own device only: not to admins, in no event, in no log line", async () => {
    const { device, deviceToken } = await pairedDevice(["operator.read", "operator.pairing"]);
    const owner = await admin();
    const address = { deviceId: device.id, role: "operator" };
    const shown = await owner.call("device.token.rotate", address);
    expect(shown).toEqual({
      ...address,
      scopes: ["operator.read", "operator.pairing"],
      rotatedAtMs: expect.any(Number),
    });
    expect(errorOf((await byToken(device, deviceToken, ["operator.read"])).answer).details).toMatchObject({
      code: "AUTH_DEVICE_TOKEN_MISMATCH",
    });
    // The device proves its key, so the secret may fetch the token that lives now.
    const scopes = ["operator.read", "operator.pairing"];
    const { socket } = await visit(device, { scopes }, "local");
    const { token } = (await socket.call("device.token.rotate", address)) as { token: string };
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await byToken(device, token, scopes)).answer["ok"]).toBe(true);
    expect(JSON.stringify([owner.frames, running.log])).not.toContain(token);
    expect(JSON.stringify(running.log)).not.toContain(deviceToken);
  });

  test("T-PAIR-10 what a live connection may do stays what it was admitted to; the surplus is a request", async () => {
    const { device, socket } = await pairedDevice(["operator.read"]);
    const owner = await admin();
    const wider = await visit(device, { scopes: ["operator.read", "operator.write"] }, "local");
    expect(errorOf(wider.answer).details).toMatchObject({ reason: "scope-upgrade" });
    const write = () =>
      socket.request("chat.send", { sessionKey: "main", message: "x", idempotencyKey: "pinned" });
    expect(errorOf(await write()).message).toBe("missing scope: operator.write");
    await owner.call("device.pair.approve", { requestId: requestIdOf(wider.answer) });
    expect(errorOf(await write()).message).toBe("missing scope: operator.write");
    const { answer } = await visit(device, { scopes: ["operator.read", "operator.write"] }, "local");
    expect(scopesOf(answer)).toEqual(["operator.read", "operator.write"]);
  });
});

describe("a session by the token of a device", () => {
  test("T-PAIR-04 sees and touches its own device only", async () => {
    const scopes = ["operator.pairing", "operator.read"];
    const mine = await pairedDevice(scopes);
    const other = await pairedDevice(scopes);
    const { socket } = await byToken(mine.device, mine.deviceToken, scopes);
    const requestId = requestIdOf((await visit(createDevice())).answer);

    const { pending, paired } = await lists(socket);
    expect([idsOf(pending), idsOf(paired)]).toEqual([[], [mine.device.id]]);
    const foreign = { deviceId: other.device.id, role: "operator" };
    const nowhere = { deviceId: "f".repeat(64), role: "operator" };
    const messages = [];
    for (const [method, params] of [
      ["device.pair.approve", { requestId }],
      ["device.pair.approve", { requestId: "nowhere" }],
      ["device.pair.reject", { requestId }],
      ["device.pair.reject", { requestId: "nowhere" }],
      ["device.pair.remove", { deviceId: foreign.deviceId }],
      ["device.pair.remove", { deviceId: nowhere.deviceId }],
      ["device.pair.rename", { deviceId: foreign.deviceId, label: "x" }],
      ["device.token.rotate", foreign],
      ["device.token.rotate", nowhere],
      ["device.token.revoke", foreign],
      ["device.token.revoke", nowhere],
    ] as const) {
      messages.push(errorOf(await socket.request(method, params)).message);
    }
    expect(messages).toEqual([
      "unknown requestId",
      "unknown requestId",
      "unknown requestId",
      "unknown requestId",
      "device pairing removal denied",
      "device pairing removal denied",
      "device pairing rename denied",
      "device token rotation denied",
      "device token rotation denied",
      "device token revocation denied",
      "device token revocation denied",
    ]);
    expect(socket.eventNames().filter((name) => name.startsWith("device."))).toEqual([]);
    expect((await byToken(other.device, other.deviceToken, scopes)).answer["ok"]).toBe(true);

    const owner = await admin();
    expect((await lists(owner)).pending).toMatchObject([{ requestId }]);
    expect(await socket.call("device.pair.rename", { deviceId: mine.device.id, label: " desk " })).toEqual({
      deviceId: mine.device.id,
      label: "desk",
    });
    expect(
      errorOf(await socket.request("device.pair.rename", { deviceId: mine.device.id, label: "  " })).message,
    ).toBe("label required");
  });

  test("T-PAIR-04 an admin's device looks after all", async () => {
    const mine = await pairedDevice(["operator.admin"]);
    const other = await pairedDevice();
    const { socket } = await byToken(mine.device, mine.deviceToken, ["operator.admin"]);
    expect(idsOf((await lists(socket)).paired).sort()).toEqual([mine.device.id, other.device.id].sort());
    expect(await socket.call("device.pair.remove", { deviceId: other.device.id })).toEqual({
      deviceId: other.device.id,
    });
  });

  test("T-PAIR-04 never approves itself", async () => {
    const mine = await pairedDevice(["operator.pairing"]);
    const { socket } = await byToken(mine.device, mine.deviceToken, ["operator.pairing"]);
    const requestId = requestIdOf((await visit(mine.device, { role: "node", scopes: [] }, "local")).answer);
    expect(errorOf(await socket.request("device.pair.approve", { requestId })).message).toBe(
      "device pairing approval denied",
    );
    expect((await lists(socket)).pending).toMatchObject([{ requestId }]);
    expect(await socket.call("device.pair.reject", { requestId })).toMatchObject({
      deviceId: mine.device.id,
    });
  });
});

describe("pairing without a question", () => {
  const reasonOf = ({ answer }: { answer: Frame }) =>
    answer["ok"] === true ? "paired" : errorOf(answer).details?.["reason"];

  test("T-PAIR-11 is for programs on this machine with the secret, and is logged", async () => {
    expect(reasonOf(await visit(createDevice(), {}, "local"))).toBe("paired");
    expect(reasonOf(await visit(createDevice(), {}, "far"))).toBe("not-paired");
    expect(running.log.filter(({ text }) => text.startsWith("device paired silently"))).toHaveLength(1);
  });

  test("T-PAIR-11 is neither for who comes through a proxy nor for pages of another site", async () => {
    const allowedOrigins = ["https://ui.example"];
    await using proxied = await startBehindProxy({ controlUi: { allowedOrigins } });
    const knock = async (origin: Parameters<typeof Attacker.open>[1], program: Frame = UI) => {
      const socket = await Attacker.open(proxied.address.url, origin);
      return { answer: await socket.connect(createDevice().sign(socket, { client: program, scopes: [] })) };
    };
    expect(reasonOf(await knock({}))).toBe("paired");
    expect(reasonOf(await knock({ from: "127.0.0.1" }))).toBe("not-paired");
    expect(reasonOf(await knock({ viaProxy: true }))).toBe("not-paired");
    const page = { headers: { origin: "https://ui.example" } };
    expect(reasonOf(await knock(page))).toBe("not-paired");
    expect(reasonOf(await knock(page, client("openclaw-control-ui", "webchat")))).toBe("not-paired");
  });

  test("T-PAIR-11 never adds a scope or a role to an approval", async () => {
    const { device } = await pairedDevice();
    const { paired: before } = await lists(await admin());
    expect(reasonOf(await visit(device, { scopes: ["operator.write"] }, "local"))).toBe("scope-upgrade");
    expect(reasonOf(await visit(device, { role: "node", scopes: [] }, "local"))).toBe("role-upgrade");
    const { paired, pending } = await lists(await admin());
    expect(paired).toMatchObject([
      { roles: ["operator"], scopes: ["operator.read"], tokens: before[0]?.["tokens"] },
    ]);
    expect(pending).toMatchObject([{ roles: ["operator", "node"], isRepair: true }]);
  });

  test("T-PAIR-06 T-PAIR-07 T-PAIR-08 this build makes no setup codes: whatever is sent as one admits nobody", async () => {
    for (const role of ["operator", "node"]) {
      const auth = { bootstrapToken: Buffer.from(JSON.stringify({ token: TOKEN })).toString("base64url") };
      const { socket, answer } = await visit(createDevice(), { auth, role, scopes: [] }, "local");
      expect(errorOf(answer).details).toMatchObject({ code: "AUTH_BOOTSTRAP_TOKEN_INVALID" });
      expect((await socket.closed).code).toBe(1008);
    }
    expect((await lists(await admin())).pending).toEqual([]);
  });
});

describe("many requests", () => {
  test("T-PAIR-12 fifty wait at most, announced once each, and the real one can still be found", async () => {
    await using flooded = await startBehindProxy();
    const owner = await admitted(flooded.address.url);
    const ask = async (device: Device, from: string) => {
      const socket = await Attacker.open(flooded.address.url, { from });
      const answer = await socket.connect(device.sign(socket, { client: UI, scopes: ["operator.admin"] }));
      await socket.closed;
      return errorOf(answer).details?.["code"];
    };
    const real = createDevice();
    expect(await ask(real, "203.0.113.1")).toBe("PAIRING_REQUIRED");
    const codes: unknown[] = [];
    for (let flood = 0; flood < 300; flood += 1) {
      codes.push(await ask(createDevice(), `198.51.${flood % 7}.${flood % 250}`));
      if (flood % 50 === 0) await ask(real, "203.0.113.1");
    }
    expect(codes.filter((code) => code === "PAIRING_REQUIRED")).toHaveLength(49);
    expect(codes.filter((code) => code === "AUTH_RATE_LIMITED")).toHaveLength(251);
    const { pending } = await lists(owner);
    expect(pending).toHaveLength(50);
    expect(idsOf(pending)).toContain(real.id);
    expect(owner.eventNames().filter((name) => name === "device.pair.requested")).toHaveLength(50);
    const { requestId } = pending.find(({ deviceId }) => deviceId === real.id) ?? {};
    await owner.call("device.pair.approve", { requestId });
    flooded.advance(300_000);
    expect((await lists(owner)).pending).toEqual([]);
  });

  test("T-PAIR-12 one client files ten, then has to wait", async () => {
    await using flooded = await startBehindProxy();
    const codes: unknown[] = [];
    for (let flood = 0; flood < 12; flood += 1) {
      const socket = await Attacker.open(flooded.address.url, { from: "198.51.100.1" });
      const answer = await socket.connect(createDevice().sign(socket, { client: UI, scopes: [] }));
      codes.push(errorOf(answer).details?.["code"]);
    }
    expect(codes).toEqual([...Array(10).fill("PAIRING_REQUIRED"), "AUTH_RATE_LIMITED", "AUTH_RATE_LIMITED"]);
  });
});

describe("the owner", () => {
  test("T-PAIR-15 gets back in with nothing but the secret of the host, when no device is left that could approve", async () => {
    const { device, deviceToken } = await pairedDevice(["operator.admin"]);
    const owner = await admin();
    await owner.call("device.pair.remove", { deviceId: device.id });
    expect((await byToken(device, deviceToken, ["operator.admin"])).answer["ok"]).toBe(false);
    const lost = await visit(device, { scopes: ["operator.admin"] });
    const socket = await Attacker.open(url);
    expect(
      scopesOf(await socket.connect(connectParams({ client: client("cli", "cli"), auth: { token: TOKEN } }))),
    ).toContain("operator.admin");
    await socket.call("device.pair.approve", { requestId: requestIdOf(lost.answer) });
    expect((await visit(device, { scopes: ["operator.admin"] })).answer["ok"]).toBe(true);
    const lines = running.log.map(({ text }) => text).filter((text) => text.startsWith("device "));
    expect(lines.join("\n")).toMatch(/device removed[\s\S]*device pairing approved/);
    expect(lines.every((line) => !line.includes(TOKEN) && !line.includes(deviceToken))).toBe(true);
  });
});

test("T-PAIR-13 a device token is 256 bits that no file of the state folder holds", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "pairing-"));
  const durable = await start({}, { stateDir });
  const socket = await Attacker.open(durable.address.url);
  const hello = await socket.connect(createDevice().sign(socket, { client: UI, scopes: ["operator.read"] }));
  const { deviceToken } = (hello["payload"] as Frame)["auth"] as { deviceToken: string };
  expect(Buffer.from(deviceToken, "base64url")).toHaveLength(32);
  const names = await readdir(stateDir, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
  const holders = await Promise.all(files.map((path) => readFile(path, "latin1")));
  await durable[Symbol.asyncDispose]();
  expect(files.some((path) => path.endsWith("gateway.sqlite"))).toBe(true);
  expect(holders.filter((text) => text.includes(deviceToken))).toEqual([]);
  await rm(stateDir, { recursive: true, force: true });
});
