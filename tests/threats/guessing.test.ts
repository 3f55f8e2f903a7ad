import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, afterEach, describe, expect, test } from "vitest";
import { secretsEqual } from "../../packages/auth/src/secrets/secrets-equal.ts";
import { Attacker, client, dialect, errorOf, type Frame, refused } from "./support/attacker.ts";
import { createDevice } from "./support/device.ts";
import { startBehindProxy, type StartedGateway, TOKEN } from "./support/gateway.ts";
import { bearer, type HttpAnswer, http } from "./support/http.ts";

const LOCKOUT_MS = 300_000;
const MINUTE = 60_000;
const LOCKED = "unauthorized: too many failed authentication attempts (retry later)";

let running: StartedGateway;
beforeEach(async () => void (running = await startBehindProxy()));
afterEach(() => running[Symbol.asyncDispose]());

/** How one connect from an address ended: `"in"` or the detail code. */
async function attempt(from: string, auth: Frame = { token: "wrong" }, params: Frame = {}): Promise<string> {
  const socket = await Attacker.open(running.address.url, { from });
  const answer = await socket.connect({ ...connectOf(auth), ...params });
  if (answer["ok"] !== true) expect((await socket.closed).code).toBe(1008);
  socket.end();
  return answer["ok"] === true ? "in" : String(errorOf(answer).details?.["code"]);
}

const connectOf = (auth: Frame) => ({
  ...dialect(4),
  client: client("gateway-client", "backend"),
  role: "operator",
  scopes: ["operator.read"],
  auth,
});

const models = (token: string, from?: string): Promise<HttpAnswer> =>
  http(running.address, { path: "/v1/models", headers: bearer(token), ...(from !== undefined && { from }) });

const times = async <T>(count: number, each: (index: number) => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let index = 0; index < count; index += 1) results.push(await each(index));
  return results;
};

/** A paired device behind the proxy's address, and its token. */
async function pairedDevice() {
  const device = createDevice();
  const tui = { client: client("openclaw-tui", "ui"), scopes: ["operator.read"] };
  const socket = await Attacker.open(running.address.url);
  const hello = await socket.connect(device.sign(socket, tui));
  const { deviceToken } = (hello["payload"] as Frame)["auth"] as { deviceToken: string };
  socket.end();
  return {
    deviceToken,
    async connect(from: string, auth: Frame, who = device): Promise<string> {
      const again = await Attacker.open(running.address.url, { from });
      const answer = await again.connect(who.sign(again, { ...tui, auth }));
      again.end();
      return answer["ok"] === true ? "in" : String(errorOf(answer).details?.["code"]);
    },
  };
}

describe("guessing the secret", () => {
  test("T-AUTH-09 is limited without any setting: the eleventh wrong token of an address is not compared", async () => {
    const codes = await times(12, () => attempt("203.0.113.1"));
    expect(codes).toEqual([
      ...Array(10).fill("AUTH_TOKEN_MISMATCH"),
      "AUTH_RATE_LIMITED",
      "AUTH_RATE_LIMITED",
    ]);
    expect(await attempt("203.0.113.2", { token: TOKEN })).toBe("in");
  });

  test("T-AUTH-09 shares one budget between WebSocket and HTTP", async () => {
    await times(5, () => attempt("203.0.113.1"));
    const statuses = await times(6, async () => (await models("wrong", "203.0.113.1")).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await attempt("203.0.113.1")).toBe("AUTH_RATE_LIMITED");
  });

  test("T-AUTH-10 is limited the same with a bogus device token beside each guess", async () => {
    const { connect } = await pairedDevice();
    const codes = await times(20, (index) =>
      connect("203.0.113.1", { token: `guess-${index}`, deviceToken: `bogus-${index}` }, createDevice()),
    );
    expect(codes.slice(0, 10)).not.toContain("AUTH_RATE_LIMITED");
    expect(codes.slice(10)).toEqual(Array(10).fill("AUTH_RATE_LIMITED"));
    expect(await attempt("203.0.113.1", { token: TOKEN })).toBe("AUTH_RATE_LIMITED");
  });

  test("T-AUTH-10 guesses at a device token are limited as well", async () => {
    const { connect } = await pairedDevice();
    const codes = await times(12, (index) => connect("203.0.113.1", { deviceToken: `guess-${index}` }));
    expect(codes.slice(0, 10)).toEqual(Array(10).fill("AUTH_DEVICE_TOKEN_MISMATCH"));
    expect(codes.slice(10)).toEqual(["AUTH_RATE_LIMITED", "AUTH_RATE_LIMITED"]);
  });

  test("T-AUTH-11 counts both spellings of an IPv4 address as one client", async () => {
    const codes = await times(11, (index) => attempt(index % 2 === 0 ? "203.0.113.9" : "::ffff:203.0.113.9"));
    expect(codes).toEqual([...Array(10).fill("AUTH_TOKEN_MISMATCH"), "AUTH_RATE_LIMITED"]);
    expect(await attempt("::ffff:cb00:7109", { token: TOKEN })).toBe("AUTH_RATE_LIMITED");
  });

  test("T-AUTH-11 counts every address of one /64 as one client, and the next /64 as another", async () => {
    const codes = await times(11, (index) =>
      attempt(`2001:db8:0:1:${(index * 2_654).toString(16)}::${index + 1}`),
    );
    expect(codes.at(-1)).toBe("AUTH_RATE_LIMITED");
    expect(await attempt("2001:db8:0:1::ffff", { token: TOKEN })).toBe("AUTH_RATE_LIMITED");
    expect(await attempt("2001:db8:0:2::1", { token: TOKEN })).toBe("in");
  });

  test("T-AUTH-12 stays closed for the right token until the lockout ends, over both transports", async () => {
    await times(10, () => attempt("203.0.113.1"));
    const { error, closed } = await refused(running.address.url, {}, { from: "203.0.113.1" });
    expect(error).toMatchObject({ code: "INVALID_REQUEST", message: LOCKED, retryable: true });
    expect(error["retryAfterMs"]).toBeGreaterThan(LOCKOUT_MS - MINUTE);
    expect(error["retryAfterMs"]).toBeLessThanOrEqual(LOCKOUT_MS);
    expect(closed).toEqual({ code: 1008, reason: LOCKED });
    const answer = await models(TOKEN, "203.0.113.1");
    expect(answer.status).toBe(429);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(240);
    running.advance(LOCKOUT_MS - MINUTE);
    expect(await attempt("203.0.113.1", { token: TOKEN })).toBe("AUTH_RATE_LIMITED");
    running.advance(MINUTE);
    expect(await attempt("203.0.113.1", { token: TOKEN })).toBe("in");
    expect((await models(TOKEN, "203.0.113.1")).status).toBe(200);
  });

  test("T-AUTH-13 connects without any credential never lock their address out", async () => {
    expect(new Set(await times(25, () => attempt("203.0.113.1", {})))).toEqual(
      new Set(["DEVICE_IDENTITY_REQUIRED"]),
    );
    await times(25, () => http(running.address, { path: "/v1/models", from: "203.0.113.1" }));
    expect(await attempt("203.0.113.1", { token: TOKEN })).toBe("in");
  });

  test("T-AUTH-13 a neighbour with a stale token does not lock out the device beside it", async () => {
    const { connect, deviceToken } = await pairedDevice();
    await times(20, () => attempt("203.0.113.1", { token: "stale" }));
    expect(await attempt("203.0.113.1", { token: TOKEN })).toBe("AUTH_RATE_LIMITED");
    expect(await connect("203.0.113.1", { deviceToken })).toBe("in");
    expect(await connect("203.0.113.1", { token: "stale", deviceToken })).toBe("in");
    const stranger = createDevice();
    await times(12, () => connect("203.0.113.1", { deviceToken: "stale" }, stranger));
    expect(await connect("203.0.113.1", { deviceToken })).toBe("in");
  });

  test("T-AUTH-14 from ever new addresses is noticed as a whole, and remembers a bounded number of them", async () => {
    const guess = async (address: string) => (await models("wrong", address)).status;
    const address = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
    // Ten failures of one address lock it; below, one is enough once a thousand came in a minute.
    expect(await guess(address(0))).toBe(401);
    await flood(1_000, (index) => ({ from: address(index + 1), token: "wrong" }));
    expect(await guess(address(5_000))).toBe(401);
    expect(await guess(address(5_000))).toBe(429);
    await flood(10_001, (index) => ({ from: address(index + 100_000), token: "wrong" }));
    // The first one was forgotten: what is remembered has a cap.
    expect(await guess(address(5_000))).toBe(401);
    expect((await models(TOKEN, "203.0.113.200")).status).toBe(200);
  });
});

/** Many HTTP guesses over few connections: a guess is a header, not a socket. */
async function flood(count: number, each: (index: number) => { from: string; token: string }): Promise<void> {
  const { Agent, request } = await import("node:http");
  const agent = new Agent({ keepAlive: true, maxSockets: 8, localAddress: "127.0.0.2" });
  const one = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const { from, token } = each(index);
      const headers = { "x-forwarded-for": from, ...bearer(token) };
      request(`${running.address.httpUrl}/v1/models`, { agent, headers }, (answer) => {
        answer.resume().once("end", () => resolve());
      })
        .once("error", reject)
        .end();
    });
  for (let start = 0; start < count; start += 500)
    await Promise.all(Array.from({ length: Math.min(500, count - start) }, (_, index) => one(start + index)));
  agent.destroy();
}

describe("comparing secrets", () => {
  test("T-AUTH-08 answers every wrong secret alike, whatever it shares with the right one", async () => {
    const near = [
      "x",
      TOKEN.slice(0, -1),
      `${TOKEN}x`,
      TOKEN.toUpperCase(),
      `${TOKEN.slice(0, -1)}!`,
      `!${TOKEN.slice(1)}`,
      TOKEN.repeat(500),
      "é".repeat(TOKEN.length),
      `${TOKEN}\u0000`,
    ];
    const told = new Set<string>();
    for (const [index, token] of near.entries()) {
      const { error, closed } = await refused(
        running.address.url,
        { auth: { token } },
        { from: `203.0.113.${index}` },
      );
      told.add(JSON.stringify([error, closed]));
    }
    expect([...told]).toHaveLength(1);
    expect([...told][0]).toContain("AUTH_TOKEN_MISMATCH");
  });

  test("T-AUTH-08 takes as long for an equal start as for a different one", () => {
    // With `===` the second comparison takes a few hundred times as long as the first.
    const secret = "s".repeat(4 << 20);
    const early = `x${secret.slice(1)}`;
    const late = `${secret.slice(0, -1)}x`;
    const median = (other: string) => {
      const samples = Array.from({ length: 9 }, () => {
        const startedAt = performance.now();
        expect(secretsEqual(secret, other)).toBe(false);
        return performance.now() - startedAt;
      });
      return samples.sort((a, b) => a - b)[4] ?? 0;
    };
    median(early);
    const ratio = median(late) / median(early);
    expect(ratio).toBeGreaterThan(0.2);
    expect(ratio).toBeLessThan(5);
  });

  test("T-AUTH-08 no source compares a secret in another way", () => {
    const root = join(import.meta.dirname, "../..");
    const secretName = /\b(?:\w*\.)*(?:\w*(?:token|secret|password|hash|digest|bearer|signature))\b/i;
    // Words that only look like secrets: verdicts, kinds, absence, and the state of a file.
    const harmless =
      /===?\s*(?:undefined|null|""|"[^"]*"|true|false|\d+)|typeof|\.length|\.status|\.kind|\.mode|\.reason|isOneValue|tokens\b|config\.hash|baseHash/;
    const sources = [
      "packages/auth/src",
      "packages/rpc-server/src",
      "packages/http/src",
      "packages/gateway-core/src",
    ];
    const found = sources
      .flatMap((folder) => filesBelow(join(root, folder)))
      .filter((path) => path.endsWith(".ts") && !/\.test(-d)?\.ts$|\/testing\//.test(path))
      .flatMap((path) =>
        readFileSync(path, "utf8")
          .split("\n")
          .filter(
            (line) =>
              /[^=!]==+[^=]|!==/.test(line) && !line.trim().startsWith("//") && !line.trim().startsWith("*"),
          )
          .filter((line) => operandsOf(line).some((text) => secretName.test(text)) && !harmless.test(line))
          .map((line) => `${path.slice(root.length + 1)}: ${line.trim()}`),
      );
    expect(found).toEqual([]);
    expect(readFileSync(join(root, "packages/auth/src/secrets/secrets-equal.ts"), "utf8")).toMatch(
      /timingSafeEqual/,
    );
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** The two sides of every comparison in a line. */
function operandsOf(line: string): string[] {
  return [...line.matchAll(/([\w.?()[\]]+)\s*[!=]==?\s*([\w.?()[\]]+)/g)].flatMap(
    ([, left = "", right = ""]) => [left, right],
  );
}
