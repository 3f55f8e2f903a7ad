import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type GatewayProcess, kill, TemporaryUser } from "../support/gateway-process.ts";
import { admitted, type Attacker, errorOf, type Frame } from "./support/attacker.ts";

/** Whether this machine can bound the files of a process that runs (`prlimit` of util-linux). */
const canLimit = spawnSync("prlimit", ["--version"]).status === 0;
/** What a write to the store may still add to its files before the disk is full. */
const ROOM_BYTES = 64 * 1024;

/** From now on no file of the gateway gets larger than the store is, and a little. */
function fill({ child }: GatewayProcess, stateDir: string): void {
  const sizes = ["gateway.sqlite", "gateway.sqlite-wal"]
    .map((name) => join(stateDir, name))
    .map((path) => (existsSync(path) ? statSync(path).size : 0));
  limit(child.pid, String(Math.max(...sizes) + ROOM_BYTES));
}

function limit(pid: number | undefined, bytes: string): void {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
}

const asking = (socket: Attacker, id: string, sessionKey = "main") =>
  socket.request("chat.send", { sessionKey, message: `${id} ${"x".repeat(4_000)}`, idempotencyKey: id });

/** The answer that came in the end; a run that could not be saved ends as an error. */
const ended = (socket: Attacker, id: string) =>
  socket.frame(({ event, payload }) => {
    const { runId, state } = (event === "chat" ? payload : {}) as Frame;
    return runId === id && (state === "final" || state === "error");
  });

const readiness = async ({ httpUrl }: GatewayProcess) => {
  const response = await fetch(`${httpUrl}/readyz`);
  return { status: response.status, body: (await response.json()) as { failing?: string[] } };
};

test.skipIf(!canLimit)(
  "T-DOS-17 a disk that gets full refuses what it cannot keep, goes on reading, and has lost nothing it acknowledged",
  async () => {
    await using user = await TemporaryUser.create();
    const stateDir = join(user.home, ".openclaw-dev");
    let gateway = await user.startGateway();
    const socket = await admitted(gateway.url, { auth: { token: gateway.token } });
    expect((await readiness(gateway)).status).toBe(200);

    fill(gateway, stateDir);
    const acknowledged: string[] = [];
    let refusal: Frame | undefined;
    for (let round = 0; refusal === undefined && round < 200; round += 1) {
      const answer = await asking(socket, `q${round}`, `s${round}`);
      if (answer["ok"] === true) acknowledged.push(`q${round}`);
      else refusal = answer;
    }
    expect(errorOf(refusal ?? {})).toMatchObject({ code: "UNAVAILABLE", retryable: true });
    expect(errorOf(refusal ?? {}).message).not.toMatch(/sqlite|EFBIG|ENOSPC|\//i);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(await readiness(gateway)).toMatchObject({ status: 503, body: { failing: ["store"] } });
    // The socket is open, and reading goes on.
    expect(await socket.call("health")).toMatchObject({ ok: true });
    expect((await socket.call("sessions.list"))["count"]).toBeGreaterThan(0);

    limit(gateway.child.pid, "unlimited");
    expect(await asking(socket, "room")).toMatchObject({ ok: true });
    expect((await ended(socket, "room"))["payload"]).toMatchObject({ state: "final" });
    expect((await readiness(gateway)).status).toBe(200);

    await kill(gateway.child, "SIGKILL");
    gateway = await user.startGateway({ port: gateway.port });
    const after = await admitted(gateway.url, { auth: { token: gateway.token } });
    for (const id of [...acknowledged, "room"]) {
      const sessionKey = id === "room" ? "main" : `s${id.slice(1)}`;
      const { messages } = (await after.call("chat.history", { sessionKey })) as { messages: Frame[] };
      const asked = messages.filter(
        ({ role, content }) => role === "user" && JSON.stringify(content).includes(`${id} x`),
      );
      expect([id, asked.length]).toEqual([id, 1]);
    }
    after.end();
  },
  60_000,
);
