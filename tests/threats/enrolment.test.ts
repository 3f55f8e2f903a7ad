import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { admitted, Attacker, client, dialect, errorOf, type Frame, type Origin } from "./support/attacker.ts";
import { createDevice, type Device } from "./support/device.ts";
import { start, startBehindProxy, type StartedGateway } from "./support/gateway.ts";

const TUI = { client: client("openclaw-tui", "ui"), scopes: ["operator.read"] };
const UI = { client: client("openclaw-control-ui", "webchat"), scopes: ["operator.read"] };

/** How the connect of a device ended: `"paired"`, or the reason why it has to be approved. */
async function visit(
  { address }: StartedGateway,
  {
    device = createDevice(),
    params = TUI,
    origin = {},
  }: { device?: Device; params?: Frame; origin?: Origin } = {},
): Promise<unknown> {
  const socket = await Attacker.open(address.url, origin);
  const answer = await socket.connect(device.sign(socket, params));
  socket.end();
  if (answer["ok"] === true) return "paired";
  const { code, details } = errorOf(answer);
  return code === "NOT_PAIRED" ? details?.["reason"] : details?.["code"];
}

describe("a device nobody approved", () => {
  test("T-PAIR-11 is paired silently at this machine with the secret: announced as resolved, and logged", async () => {
    await using running = await start();
    const owner = await admitted(running.address.url);
    const device = createDevice();
    expect(await visit(running, { device })).toBe("paired");
    expect(await owner.event("device.pair.resolved")).toMatchObject({
      payload: { deviceId: device.id, decision: "approved" },
    });
    expect(owner.eventNames()).not.toContain("device.pair.requested");
    expect(running.log.some(({ text }) => text.includes("paired silently"))).toBe(true);
    owner.end();
  });

  const ELSEWHERE: readonly (readonly [string, Origin, Frame])[] = [
    ["through the proxy, which says it is local", { from: "127.0.0.1" }, TUI],
    ["through the proxy, which says nothing", { viaProxy: true }, TUI],
    ["through the proxy from another machine", { from: "203.0.113.1" }, TUI],
    ["under a name of somebody else's", { headers: { host: "gateway.example" } }, TUI],
    ["as a listed page of another site", { headers: { origin: "https://ui.example" } }, UI],
    ["as a page that calls itself a program", { headers: { origin: "https://ui.example" } }, TUI],
    [
      "as a node from another machine",
      { from: "203.0.113.2" },
      { role: "node", client: client("node-host", "node"), scopes: [] },
    ],
  ];
  test.each(ELSEWHERE)(
    "T-PAIR-11 has to ask when it comes %s, in both dialects",
    async (_, origin, params) => {
      await using running = await startBehindProxy({ controlUi: { allowedOrigins: ["https://ui.example"] } });
      const owner = await admitted(running.address.url);
      expect(await visit(running, { params, origin })).toBe("not-paired");
      // Dialect 3 leaves operators that know the secret unpaired, except pages and nodes; none is ever paired silently.
      await visit(running, { params: { ...params, ...dialect(3) }, origin });
      await owner.event("device.pair.requested");
      expect(owner.eventNames()).not.toContain("device.pair.resolved");
      owner.end();
    },
  );

  test("T-PAIR-11 has to ask in mode none when it is a page, even our own: nobody showed a secret", async () => {
    await using running = await start({ gateway: { auth: { mode: "none" } } });
    const origin = { headers: { origin: `http://127.0.0.1:${running.address.port}` } };
    expect(await visit(running, { params: { ...UI, auth: {} }, origin })).toBe("not-paired");
    expect(await visit(running, { params: { ...TUI, auth: {} } })).toBe("paired");
  });

  test("T-PAIR-11 is never given more by asking again, at this machine, with the secret", async () => {
    await using running = await start();
    const device = createDevice();
    expect(await visit(running, { device })).toBe("paired");
    const wider = { ...TUI, scopes: ["operator.read", "operator.admin"] };
    expect(await visit(running, { device, params: wider })).toBe("scope-upgrade");
    const node = { role: "node", client: client("node-host", "node"), scopes: [] };
    expect(await visit(running, { device, params: node })).toBe("role-upgrade");
    expect(await visit(running, { device, params: wider })).toBe("scope-upgrade");
    // New metadata is no upgrade.
    const moved = {
      ...TUI,
      client: client("openclaw-tui", "ui", { platform: "other", deviceFamily: "Other" }),
    };
    expect(await visit(running, { device, params: moved })).toBe("paired");
  });
});

describe("device tokens", () => {
  /**
   * Everything below a folder, as one text per file. The store of a running gateway comes and goes
   * with its side files: one that is gone when it is read holds nothing.
   */
  async function filesBelow(folder: string): Promise<ReadonlyMap<string, Buffer>> {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(
      files.map(async (path) => [path, await readFile(path).catch(whenGone)] as const),
    );
    return new Map(texts);
  }

  function whenGone(error: NodeJS.ErrnoException): Buffer {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }

  test("T-PAIR-13 are 256 bits that repeat nowhere, and lie in no file", async () => {
    const stateDir = await mkdtemp(join(tmpdir(), "device-tokens-"));
    const tokens: string[] = [];
    {
      await using running = await start({}, { stateDir });
      for (let each = 0; each < 64; each += 1) {
        const socket = await Attacker.open(running.address.url);
        const hello = await socket.connect(createDevice().sign(socket, TUI));
        tokens.push(((hello["payload"] as Frame)["auth"] as { deviceToken: string }).deviceToken);
        socket.end();
      }
      const live = await filesBelow(stateDir);
      for (const [path, bytes] of live)
        expect([path, tokens.filter((token) => bytes.includes(token))]).toEqual([path, []]);
    }
    expect(new Set(tokens).size).toBe(64);
    const bits = tokens.map((token) => {
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
      return Buffer.from(token, "base64url");
    });
    for (const each of bits) expect(each).toHaveLength(32);
    // Every bit is set in some tokens and clear in others: none of them is constant or counts.
    for (let bit = 0; bit < 256; bit += 1) {
      const set = bits.filter((each) => ((each[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      expect(set).toBeGreaterThan(8);
      expect(set).toBeLessThan(56);
    }
    const files = await filesBelow(stateDir);
    expect(files.size).toBeGreaterThan(1);
    for (const [path, bytes] of files) {
      for (const [index, token] of tokens.entries()) {
        expect([path, bytes.includes(token), bytes.includes(bits[index] ?? "")]).toEqual([
          path,
          false,
          false,
        ]);
      }
    }
    // The key they are derived from is a file of its own, for its owner alone.
    const keyPath = join(stateDir, "identity", "gateway.key");
    expect((await stat(keyPath)).mode & 0o777).toBe(0o600);
    const key = await readFile(keyPath);
    for (const [path, bytes] of files) if (path !== keyPath) expect(bytes.includes(key)).toBe(false);
    await rm(stateDir, { recursive: true, force: true });
  });

  test("T-PAIR-13 of one device do not tell those of another, nor its next one", async () => {
    await using running = await start();
    const [mine, other] = [createDevice(), createDevice()];
    const tokenOf = async (device: Device) => {
      const socket = await Attacker.open(running.address.url);
      const hello = await socket.connect(device.sign(socket, TUI));
      socket.end();
      return ((hello["payload"] as Frame)["auth"] as { deviceToken: string }).deviceToken;
    };
    const token = await tokenOf(mine);
    await tokenOf(other);
    expect(await visit(running, { device: other, params: { ...TUI, auth: { deviceToken: token } } })).toBe(
      "AUTH_DEVICE_TOKEN_MISMATCH",
    );
    expect(await visit(running, { device: mine, params: { ...TUI, auth: { deviceToken: token } } })).toBe(
      "paired",
    );
    for (const altered of [token.toLowerCase(), token.slice(0, -1), `${token}A`, `${token}=`])
      if (altered !== token)
        expect(
          await visit(running, { device: mine, params: { ...TUI, auth: { deviceToken: altered } } }),
        ).toBe("AUTH_DEVICE_TOKEN_MISMATCH");
  });
});
