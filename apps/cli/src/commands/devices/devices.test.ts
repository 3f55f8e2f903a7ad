import { join } from "node:path";

import { RpcError } from "@openclaw/client";
import { openDevice } from "@openclaw/client/node";
import type { ScriptedMethod } from "@openclaw/client/testing";
import { describe, expect, test } from "vitest";

import { createDownSite, createTestSite } from "../../testing/gateway.ts";

const PHONE = {
  requestId: "r-phone",
  deviceId: "phone-id",
  publicKey: "k",
  displayName: "Phone",
  platform: "ios 26.0",
  clientId: "openclaw-ios",
  remoteIp: "192.0.2.7",
  role: "node",
  roles: ["node"],
  scopes: [],
  silent: false,
  isRepair: false,
  ts: 1_000_000,
};
const BOX = {
  deviceId: "box-id",
  publicKey: "k",
  displayName: "Box",
  label: "the box under the desk",
  platform: "linux",
  clientId: "openclaw-tui",
  role: "operator",
  roles: ["operator"],
  scopes: ["operator.read", "operator.write"],
  createdAtMs: 1,
  approvedAtMs: 1,
  tokens: [{ role: "operator", scopes: ["operator.read"], createdAtMs: 1, revokedAtMs: 2 }],
  connected: true,
};
const lists =
  (pending: readonly unknown[], paired: readonly unknown[] = []): ScriptedMethod =>
  () => ({ pending, paired });

describe("devices list", () => {
  test("shows who waits and who is in, with the ids other commands take", async () => {
    await using site = await createTestSite({ "device.pair.list": lists([PHONE], [BOX]) });
    const { code, stdout, stderr } = await site.openclaw(["devices", "list"], { now: () => 1_180_000 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "Pending (1)",
      "  r-phone  Phone · ios 26.0 · 192.0.2.7 · node · 3m ago",
      "    device phone-id",
      "Paired (1)",
      "  box-id  the box under the desk · linux · operator (read, write) · operator token revoked · connected",
      "",
    ]);
    const json = await site.openclaw(["devices", "list", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ pending: [PHONE], paired: [BOX] });
  });

  test("T-WEB-10 a device cannot repaint the terminal by its name", async () => {
    const displayName = "\u001b[2K\u001b[1AAda's phone\r\n\u202Eeno tsurt";
    await using site = await createTestSite({ "device.pair.list": lists([{ ...PHONE, displayName }]) });
    const { stdout } = await site.openclaw(["devices", "list"]);
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(stdout).toContain("Ada's phone");
  });

  test("fails in one line with a next step when the gateway is down", async () => {
    await using site = await createDownSite();
    const { code, stdout } = await site.openclaw(["devices", "list", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "unreachable", hint: expect.any(String) },
    });
  });
});

describe("devices approve", () => {
  const approve: ScriptedMethod = ({ params }) => ({ ...(params as object), device: BOX });

  test("lets the named request in", async () => {
    await using site = await createTestSite({ "device.pair.approve": approve });
    const { code, stdout } = await site.openclaw(["devices", "approve", "r-1"]);
    expect([code, stdout]).toEqual([0, "Approved the box under the desk (box-id).\n"]);
    const json = await site.openclaw(["devices", "approve", "r-1", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ requestId: "r-1", device: BOX });
  });

  test("without an id takes the only one that waits, or the latest on demand, and never guesses", async () => {
    const two = [PHONE, { ...PHONE, requestId: "r-older" }];
    await using one = await createTestSite({
      "device.pair.list": lists([PHONE]),
      "device.pair.approve": approve,
    });
    await using several = await createTestSite({
      "device.pair.list": lists(two),
      "device.pair.approve": approve,
    });
    const approved = ({ gateway }: typeof one) =>
      gateway.requests.flatMap(({ method, params }) => (method === "device.pair.approve" ? [params] : []));
    expect((await one.openclaw(["devices", "approve"])).code).toBe(0);
    expect(approved(one)).toEqual([{ requestId: "r-phone" }]);
    const refused = await several.openclaw(["devices", "approve"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toBe(
      "Error: 2 devices are waiting: name one, or take the latest with --latest\nNext: openclaw devices list\n",
    );
    expect(approved(several)).toEqual([]);
    expect((await several.openclaw(["devices", "approve", "--latest"])).code).toBe(0);
    expect(approved(several)).toEqual([{ requestId: "r-phone" }]);
  });

  test("says that nobody waits", async () => {
    await using site = await createTestSite({ "device.pair.list": lists([]) });
    const { code, stderr } = await site.openclaw(["devices", "approve", "--latest"]);
    expect([code, stderr]).toEqual([1, "Error: no device is waiting\n"]);
  });

  test("passes the gateway's refusal on", async () => {
    const refuse = () => {
      throw new RpcError("INVALID_REQUEST", "unknown requestId");
    };
    await using site = await createTestSite({ "device.pair.approve": refuse });
    const { code, stdout } = await site.openclaw(["devices", "approve", "r-gone", "--json"]);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { ok: false, error: { code: "INVALID_REQUEST", message: "unknown requestId" } },
    ]);
  });
});

describe("devices", () => {
  test.each([
    [["reject", "r-1"], "device.pair.reject", { requestId: "r-1" }, "Rejected d-1.\n"],
    [
      ["remove", "d-1"],
      "device.pair.remove",
      { deviceId: "d-1" },
      "Removed d-1; its connections are closed.\n",
    ],
    [
      ["revoke", "--device", "d-1", "--role", "node"],
      "device.token.revoke",
      { deviceId: "d-1", role: "node" },
      "Revoked the node token of d-1; its connections are closed.\n",
    ],
    [
      [
        "rotate",
        "--device",
        "d-1",
        "--role",
        "operator",
        "--scope",
        "operator.read",
        "--scope",
        "operator.write",
      ],
      "device.token.rotate",
      { deviceId: "d-1", role: "operator", scopes: ["operator.read", "operator.write"] },
      "Rotated the operator token of d-1 (operator.read); the old one is refused from now on.\n",
    ],
  ] as const)("%j calls the gateway and says what came of it", async (words, method, params, text) => {
    const answer = { deviceId: "d-1", scopes: ["operator.read"], token: "only-for-the-device" };
    await using site = await createTestSite({ [method]: () => answer });
    const plain = await site.openclaw(["devices", ...words]);
    expect([plain.code, plain.stdout, plain.stderr]).toEqual([0, text, ""]);
    expect(site.gateway.requests).toEqual([expect.objectContaining({ method, params })]);
    expect(JSON.parse((await site.openclaw(["devices", ...words, "--json"])).stdout)).toEqual(answer);
  });

  test.each([
    [["rotate", "--role", "node"]],
    [["revoke", "--device", "d"]],
    [["reject"]],
    [["remove", "a", "b"]],
  ])("%j names what is missing or too much, and calls nobody", async (words) => {
    await using site = await createTestSite();
    const { code, stderr } = await site.openclaw(["devices", ...words]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: /);
    expect(site.gateway.requests).toEqual([]);
  });
});

describe("devices clear", () => {
  const OURS = async (home: string) => (await openDevice(join(home, ".openclaw"))).identity.deviceId;

  test("does nothing unless it is said twice", async () => {
    await using site = await createTestSite();
    const { code, stderr } = await site.openclaw(["devices", "clear"]);
    expect([code, stderr]).toEqual([
      1,
      "Error: this forgets every paired device; say --yes to go on\nNext: openclaw devices clear --yes\n",
    ]);
    expect(site.gateway.requests).toEqual([]);
  });

  test.each([
    [[], "Removed 2 devices; their connections are closed.\n", []],
    [["--pending"], "Removed 2 devices; their connections are closed.\nRejected 1 device.\n", ["r-phone"]],
  ])("forgets every device, its own last, and with %j those that wait", async (words, text, rejected) => {
    const paired: object[] = [];
    await using site = await createTestSite({
      "device.pair.list": () => ({ pending: [PHONE], paired }),
      "device.pair.remove": ({ params }) => params,
      "device.pair.reject": ({ params }) => params,
    });
    const ours = await OURS(site.home);
    paired.push({ ...BOX, deviceId: ours }, BOX);
    const plain = await site.openclaw(["devices", "clear", "--yes", ...words]);
    expect([plain.code, plain.stdout]).toEqual([0, text]);
    const json = await site.openclaw(["devices", "clear", "--yes", "--json", ...words]);
    expect(JSON.parse(json.stdout)).toEqual({ removed: ["box-id", ours], rejected });
  });
});
