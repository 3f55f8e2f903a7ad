import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { freePort } from "../testing/gateway.ts";
import { lockHolder } from "./lock-holder.ts";
import { inspectPort } from "./port-usage.ts";

const host = { platform: process.platform, pid: process.pid, program: "openclaw" };

describe.skipIf(process.platform !== "linux")("inspectPort", () => {
  test("names the process that listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const usage = await inspectPort(host, port);
    expect(usage).toMatchObject({
      port,
      status: "busy",
      listeners: [{ pid: process.pid, ppid: process.ppid, address: `127.0.0.1:${port}` }],
    });
    expect(await inspectPort(host, port, process.pid)).toMatchObject({ listeners: [{ pid: process.pid }] });
    server.close();
  });

  test("calls a port free that nobody listens on", async () => {
    const port = await freePort();
    expect(await inspectPort(host, port)).toEqual({ port, status: "free", listeners: [], hints: [] });
  });
});

describe("lockHolder", () => {
  test("names the process of a lock for the same port, and nobody else", async () => {
    const folder = await mkdtemp(join(tmpdir(), "openclaw-lock-"));
    const path = join(folder, "gateway.lock");
    expect(await lockHolder(path, 18_789)).toBeUndefined();
    await writeFile(path, JSON.stringify({ pid: 77, port: 18_789 }));
    expect(await lockHolder(path, 18_789)).toBe(77);
    expect(await lockHolder(path, 19_001)).toBeUndefined();
    await writeFile(path, "half a rec");
    expect(await lockHolder(path, 18_789)).toBeUndefined();
    await rm(folder, { recursive: true });
  });
});
