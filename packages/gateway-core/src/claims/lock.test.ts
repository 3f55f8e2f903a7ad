import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pid } from "node:process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acquireLock, type LockRecord, readLock } from "./lock.ts";

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "lock-"));
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

const claim = (instanceId: string, port = 1) =>
  acquireLock({ stateDir, port, isAskable: port > 0, instanceId, now: 1_000, configPath: "/c.json" });

/** A server that answers `/healthz` with an instance id, as a gateway does. */
async function answering(instanceId: string): Promise<{ server: Server; port: number }> {
  const server = createServer((_request, response) => response.end(JSON.stringify({ ok: true, instanceId })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

describe("acquireLock", () => {
  test("T-CFG-16 writes who holds the folder, readable by the owner only", async () => {
    const lock = await claim("mine");
    expect(await readLock(lock.path)).toMatchObject({
      pid,
      instanceId: "mine",
      port: 1,
      configPath: "/c.json",
      createdAt: 1_000,
    });
    expect((await stat(lock.path)).mode & 0o777).toBe(0o600);
  });

  test("refuses while the holder answers on its port, naming pid and port", async () => {
    const { server, port } = await answering("first");
    await claim("first", port);
    await expect(claim("second")).rejects.toMatchObject({
      code: "STATE_IN_USE",
      message: `gateway already running (pid ${pid}, port ${port})`,
    });
    server.close();
  });

  test("replaces at once what a dead gateway left, even when its pid lives on as another program", async () => {
    await claim("dead", 1);
    const lock = await claim("heir");
    expect((await readLock(lock.path))?.instanceId).toBe("heir");
  });

  test("replaces a lock whose port now belongs to another gateway", async () => {
    const { server, port } = await answering("somebody else");
    await claim("dead", port);
    await expect(claim("heir")).resolves.toBeDefined();
    server.close();
  });

  test("T-CFG-16 replaces a lock file that is not a record", async () => {
    await writeFile(join(stateDir, "gateway.lock"), "garbage");
    await expect(claim("mine")).resolves.toBeDefined();
  });

  test("T-CFG-16 names a lock file that cannot be replaced", async () => {
    await mkdir(join(stateDir, "gateway.lock"));
    await expect(claim("mine")).rejects.toMatchObject({
      code: "STATE_UNUSABLE",
      message: expect.stringContaining(`cannot replace the lock file ${join(stateDir, "gateway.lock")}: `),
    });
  });

  test("takes a holder on a host's server for alive as long as its process is the same", async () => {
    const lock = await claim("embedded", 0);
    await expect(claim("second")).rejects.toMatchObject({
      code: "STATE_IN_USE",
      message: `gateway already running (pid ${pid})`,
    });
    const record = JSON.parse(await readFile(lock.path, "utf8")) as LockRecord;
    await writeFile(lock.path, JSON.stringify({ ...record, processStartTime: "1" }));
    await expect(claim("second")).resolves.toBeDefined();
  });

  test("waits for the end of a look at the state, which holds the folder for a moment", async () => {
    const look = await acquireLock({
      stateDir,
      port: 0,
      isAskable: false,
      instanceId: "look",
      now: 1_000,
      isLook: true,
    });
    let isClaimed = false;
    const claimed = claim("mine").then((lock) => ((isClaimed = true), lock));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(isClaimed).toBe(false);
    await look.release();
    expect(await readLock((await claimed).path)).toMatchObject({ instanceId: "mine" });
  });

  test("releases its own lock only", async () => {
    const mine = await claim("mine");
    const heir = await claim("heir");
    await mine.release();
    expect((await readLock(heir.path))?.instanceId).toBe("heir");
    await heir.release();
    expect(await readLock(heir.path)).toBeUndefined();
  });
});
