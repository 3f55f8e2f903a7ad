import { describe, expect, test } from "vitest";
import { childListener } from "../testing/child-listener.ts";
import { listeningSockets } from "./proc-net.ts";
import { procTable } from "./proc-table.ts";

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 34521 1 0000000000000000 100 0 0 10 0
   1: 00000000:4966 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 34522 1 0000000000000000 100 0 0 10 0
   2: 0100007F:4965 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 34523 1 0000000000000000 20 4 30 10 -1
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:4965 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 34524 1 0000000000000000 100 0 0 10 0
   1: B80D01200000000067452301EFCDAB89:4965 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 34525 1 0000000000000000 100 0 0 10 0
`;

describe("listeningSockets", () => {
  test("picks the sockets that listen on the port, in both families", () => {
    expect([...listeningSockets(TCP, 18789), ...listeningSockets(TCP6, 18789)]).toEqual([
      { address: "127.0.0.1:18789", uid: 1000, inode: "34521" },
      { address: "[::1]:18789", uid: 1000, inode: "34524" },
      { address: "[2001:db8::123:4567:89ab:cdef]:18789", uid: 1000, inode: "34525" },
    ]);
    expect(listeningSockets("", 18789)).toEqual([]);
  });
});

describe.runIf(process.platform === "linux")("procTable", () => {
  test("finds the process that listens on a port, and only on that port", async () => {
    await using child = await childListener();
    await using other = await childListener();
    const table = procTable(process.pid);
    const { holders, hiddenOwners } = await table.listeners(child.port);
    expect(holders).toHaveLength(1);
    expect(holders[0]).toMatchObject({
      process: {
        pid: child.pid,
        ppid: process.pid,
        uid: process.getuid?.(),
        name: expect.stringMatching(/node/),
      },
      addresses: [`127.0.0.1:${child.port}`],
    });
    expect(holders[0]?.process.command).toContain("createServer");
    expect(hiddenOwners).toEqual([]);
    expect(holders.map(({ process }) => process.pid)).not.toContain(other.pid);
  });

  test("looks at the likely process first, and at all others when it is another", async () => {
    await using child = await childListener();
    const table = procTable(process.pid);
    const found = await table.listeners(child.port);
    expect(await table.listeners(child.port, child.pid)).toEqual(found);
    expect(await table.listeners(child.port, process.pid)).toEqual(found);
  });

  test("does not call a port free when the kernel's table cannot be read", async () => {
    await expect(procTable(process.pid, "/nowhere").listeners(1)).rejects.toThrow(
      "/nowhere/net/tcp cannot be read",
    );
  });

  test("knows a process by its start time and forgets it when it is gone", async () => {
    const child = await childListener();
    const table = procTable(process.pid);
    const before = await table.process(child.pid);
    expect(before?.startTime).toMatch(/^\d+$/);
    expect(await table.process(child.pid)).toEqual(before);
    await child[Symbol.asyncDispose]();
    expect(await table.process(child.pid)).toBeUndefined();
  });

  test("T-SVC-06 refuses a /proc of another PID namespace: its pids name other processes", async () => {
    await using child = await childListener();
    await expect(procTable(process.pid + 1).listeners(child.port)).rejects.toThrow("PID namespace");
    // Nobody to name, nobody to confuse.
    expect(await procTable(process.pid + 1).listeners(1)).toEqual({ holders: [], hiddenOwners: [] });
  });
});
