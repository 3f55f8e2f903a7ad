import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GatewayProcess, TemporaryUser, waitFor } from "../support/gateway-process.ts";
import { type Closed, connectParams, RawSocket } from "../support/raw-socket.ts";

const CONNECTIONS = 20;
const WITHIN_MS = 1_000;

let user: TemporaryUser;
let gateway: GatewayProcess;
beforeEach(async () => {
  user = await TemporaryUser.create();
  gateway = await user.startGateway();
});
afterEach(() => user[Symbol.asyncDispose]());

interface Configuration {
  readonly gateway: { readonly auth: object };
}

interface Created {
  readonly token: string;
  readonly expiresAt?: string;
}

/** Types `openclaw tokens create` and waits until the running gateway has taken it over. */
async function create(...options: readonly string[]): Promise<Created> {
  const words = ["--dev", "tokens", "create", "--name", "backend", "--scope", "read", "--json", ...options];
  const { code, stdout, stderr } = await user.openclaw(words);
  if (code !== 0) throw new Error(stderr);
  await waitFor(gateway.output, /config hot reload applied/);
  return JSON.parse(stdout) as Created;
}

/** A headless client that knows us under a foreign name: not local, no device. */
async function knock(token: string): Promise<{ socket: RawSocket; answer: Record<string, unknown> }> {
  const socket = await RawSocket.open(gateway.url, { host: "gateway.example" });
  const client = { id: "test", mode: "backend", version: "1.0.0", platform: "test" };
  const answer = await socket.connect(connectParams(token, { client, scopes: ["operator.read"] }));
  return { socket, answer };
}

async function connectAll(token: string): Promise<readonly RawSocket[]> {
  const visits = await Promise.all(Array.from({ length: CONNECTIONS }, () => knock(token)));
  expect(visits.filter(({ answer }) => answer["ok"] === true)).toHaveLength(CONNECTIONS);
  return visits.map(({ socket }) => socket);
}

/** How the sockets closed, and when (epoch ms). */
function endings(sockets: readonly RawSocket[]): Promise<readonly (Closed & { readonly at: number })[]> {
  return Promise.all(sockets.map(({ closed }) => closed.then((end) => ({ ...end, at: Date.now() }))));
}

async function expectRefused(token: string, authReason: string): Promise<void> {
  const { answer, socket } = await knock(token);
  expect(answer).toMatchObject({
    ok: false,
    error: {
      code: "INVALID_REQUEST",
      message: "unauthorized",
      details: { code: "AUTH_UNAUTHORIZED", authReason },
    },
  });
  expect((await socket.closed).code).toBe(1008);
}

/** Everything this user and the gateway have written to disk. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map((path) => readFile(path, "latin1")));
}

describe("twenty connections on one named token", () => {
  test("T-AUTH-15 are closed within a second of `tokens revoke`, and the next connect is refused", async () => {
    const { token } = await create();
    const sockets = await connectAll(token);
    const ended = endings(sockets);
    expect(await user.openclaw(["--dev", "tokens", "revoke", "backend"])).toMatchObject({ code: 0 });
    const revokedAt = Date.now();
    for (const { code, reason, at } of await ended) {
      expect({ code, reason }).toEqual({ code: 4001, reason: "client invalidated: token revoked" });
      expect(at - revokedAt).toBeLessThan(WITHIN_MS);
    }
    await expectRefused(token, "named_token_mismatch");
  });

  test("T-AUTH-15 are closed within a second of the end of its term, and the next connect is refused", async () => {
    const { token, expiresAt = "" } = await create("--expires", "6s");
    const sockets = await connectAll(token);
    for (const { code, reason, at } of await endings(sockets)) {
      expect({ code, reason }).toEqual({ code: 4001, reason: "client invalidated: token expired" });
      expect(at).toBeGreaterThanOrEqual(Date.parse(expiresAt));
      expect(at - Date.parse(expiresAt)).toBeLessThan(WITHIN_MS);
    }
    await expectRefused(token, "named_token_expired");
  });

  test("T-AUTH-15 are closed as well when the entry goes from a file that the configuration includes", async () => {
    const main = join(user.home, ".openclaw-dev", "openclaw.json");
    const included = join(user.home, ".openclaw-dev", "auth.json");
    const { gateway: section, ...rest } = JSON.parse(await readFile(main, "utf8")) as Configuration;
    const { auth } = section;
    const token = `oct_backend_${"k".repeat(43)}`;
    const hash = `sha256:${createHash("sha256").update(token).digest("hex")}`;
    await writeFile(included, JSON.stringify({ ...auth, tokens: [{ name: "backend", hash }] }));
    await writeFile(
      main,
      JSON.stringify({ ...rest, gateway: { ...section, auth: { $include: "auth.json" } } }),
    );
    await waitFor(gateway.output, /config hot reload applied/);
    const sockets = await connectAll(token);
    await writeFile(included, JSON.stringify(auth));
    for (const { code, reason } of await endings(sockets)) {
      expect({ code, reason }).toEqual({ code: 4001, reason: "client invalidated: token revoked" });
    }
    await expectRefused(token, "named_token_mismatch");
  });

  test("leave the hash of the token on disk, and its text nowhere", async () => {
    const { token } = await create();
    const sockets = await connectAll(token);
    await sockets[0]?.request("r1", "status");
    await user.openclaw(["--dev", "tokens", "list"]);
    const hash = createHash("sha256").update(token).digest("hex");
    const files = await filesOf(user.home);
    expect(files.filter((text) => text.includes(hash)).length).toBeGreaterThan(0);
    expect(files.filter((text) => text.includes(token) || text.includes(token.slice(-43)))).toEqual([]);
    expect(gateway.output.text).not.toContain(token.slice(-43));
  });
});
