import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { freePort } from "../testing/gateway.ts";
import { lockHolder } from "./lock-holder.ts";
import { inspectPort } from "./port-usage.ts";
import { listeningSockets } from "./proc-net.ts";

describe("listeningSockets", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1",
    "   1: 0100007F:4965 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000  1000        0 4243 1",
    "   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17 1",
  ].join("\n");

  test("picks the sockets that listen on the port", () => {
    expect(listeningSockets(table, 0x4965)).toEqual([{ address: "127.0.0.1:18789", inode: "4242" }]);
    expect(listeningSockets(table, 1)).toEqual([]);
  });

  test("writes IPv6 addresses the short way", () => {
    const row = "0: 00000000000000000000000001000000:4965 0:0 0A 0:0 0:0 0 0 0 7";
    expect(listeningSockets(`header\n${row}`, 18_789)).toEqual([{ address: "[::1]:18789", inode: "7" }]);
  });
});

describe.skipIf(process.platform !== "linux")("inspectPort", () => {
  test("names the process that listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const usage = await inspectPort(port);
    expect(usage).toMatchObject({
      port,
      status: "busy",
      listeners: [{ pid: process.pid, ppid: process.ppid, address: `127.0.0.1:${port}` }],
    });
    expect(await inspectPort(port, process.pid)).toMatchObject({ listeners: [{ pid: process.pid }] });
    server.close();
  });

  test("calls a port free that nobody listens on", async () => {
    const port = await freePort();
    expect(await inspectPort(port)).toEqual({ port, status: "free", listeners: [], hints: [] });
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
