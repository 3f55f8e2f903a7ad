import { connectNode } from "@openclaw/client/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GatewayProcess, TemporaryUser } from "../support/gateway-process.ts";
import { Attacker, client, type Frame } from "../threats/support/attacker.ts";
import { createDevice, type Device } from "../threats/support/device.ts";

let user: TemporaryUser;
let gateway: GatewayProcess;
beforeEach(async () => {
  user = await TemporaryUser.create();
  gateway = await user.startGateway();
});
afterEach(() => user[Symbol.asyncDispose]());

/** Types `openclaw --dev devices …`. */
const devices = (...words: readonly string[]) =>
  user.openclaw(["--dev", "devices", ...words], { env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) } });
const json = async (...words: readonly string[]) =>
  JSON.parse((await devices(...words, "--json")).stdout) as Record<string, Frame[]>;

/** A phone that knows us under a foreign name and therefore has to be approved. */
async function visit(
  device: Device,
  auth: Frame = { token: gateway.token },
  scopes: readonly string[] = ["operator.read"],
) {
  const socket = await Attacker.open(gateway.url, { headers: { host: "gateway.example" } });
  const program = client("openclaw-ios", "ui", { displayName: "Phone" });
  const params = { client: program, scopes, auth };
  return { socket, answer: await socket.connect(device.sign(socket, params)) };
}

describe("openclaw devices", () => {
  test("approves, rotates, revokes and removes a device of a running gateway", async () => {
    const phone = createDevice();
    await visit(phone);
    expect((await devices("list")).stdout).toContain("Pending (1)");
    expect(await devices("approve", "--latest")).toMatchObject({
      code: 0,
      stdout: `Approved Phone (${phone.id}).\n`,
    });

    const { answer, socket } = await visit(phone);
    const { deviceToken } = (answer["payload"] as Frame)["auth"] as { deviceToken: string };
    const { paired = [], pending } = await json("list");
    expect(pending).toEqual([]);
    expect(paired.find(({ deviceId }) => deviceId === phone.id)).toMatchObject({
      displayName: "Phone",
      connected: true,
    });

    const address = ["--device", phone.id, "--role", "operator"];
    const rotated = await devices("rotate", ...address, "--json");
    expect(JSON.parse(rotated.stdout)).toEqual({
      deviceId: phone.id,
      role: "operator",
      scopes: ["operator.read"],
      rotatedAtMs: expect.any(Number),
    });
    expect((await visit(phone, { deviceToken })).answer["ok"]).toBe(false);
    expect(await socket.call("health")).toMatchObject({ ok: true });

    expect((await devices("revoke", ...address)).code).toBe(0);
    expect(await socket.closed).toEqual({ code: 4001, reason: "device token revoked" });
    const again = await visit(phone);
    expect((await devices("remove", phone.id)).code).toBe(0);
    expect(await again.socket.closed).toEqual({ code: 4001, reason: "device removed" });
    expect(await devices("remove", phone.id)).toMatchObject({ code: 1, stderr: "Error: unknown deviceId\n" });
  });

  test("leaves an audit entry for a first token and for a wider approval, and none for a mere visit", async () => {
    const phone = createDevice();
    await visit(phone);
    await devices("approve", "--latest");
    await visit(phone);
    await visit(phone, { token: gateway.token }, ["operator.read", "operator.write"]);
    await devices("approve", "--latest");
    await visit(phone, { token: gateway.token }, ["operator.read", "operator.write"]);
    const { stdout } = await user.openclaw(["--dev", "audit", "--json"], {
      env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) },
    });
    const { entries } = JSON.parse(stdout) as { entries: readonly Frame[] };
    const about = entries.filter(({ target }) => target === phone.id).reverse();
    expect(about.map(({ kind, detail }) => [kind, detail])).toEqual([
      ["pair.requested", undefined],
      ["pair.approved", undefined],
      ["token.issued", "operator,operator.read"],
      ["pair.requested", undefined],
      ["pair.approved", undefined],
      ["scope.upgrade", "operator,operator.read,operator.write"],
    ]);
  });

  test("leaves an audit entry for an approval that its caller had no right to", async () => {
    const phone = createDevice();
    await visit(phone, { token: gateway.token }, ["operator.admin"]);
    const [request] = (await json("list"))["pending"] ?? [];
    const pairer = await connectNode({
      url: gateway.url,
      auth: { token: gateway.token },
      scopes: ["operator.pairing"],
      client: { id: "gateway-client", mode: "backend", version: "1", platform: "test" },
    });
    const params = { requestId: String(request?.["requestId"]) };
    await expect(pairer.request("device.pair.approve", params)).rejects.toThrow("missing scope");
    await pairer.close();
    const { stdout } = await user.openclaw(["--dev", "audit", "--kind", "auth.failed", "--json"], {
      env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) },
    });
    expect((JSON.parse(stdout) as { entries: readonly Frame[] }).entries).toMatchObject([
      {
        ...{ actor: "shared", address: "127.0.0.1", target: "device.pair.approve", outcome: "denied" },
        detail: "missing scope: operator.admin",
      },
    ]);
  });

  test("rejects a device, which then has to ask again", async () => {
    const phone = createDevice();
    await visit(phone);
    const [request] = (await json("list"))["pending"] ?? [];
    const { code, stdout } = await devices("reject", String(request?.["requestId"]));
    expect([code, stdout]).toEqual([0, `Rejected ${phone.id}.\n`]);
    expect((await devices("approve", "--latest")).stderr).toBe("Error: no device is waiting\n");
  });
});
