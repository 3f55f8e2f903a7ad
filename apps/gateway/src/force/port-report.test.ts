import type { Listeners, ProcessTable } from "@openclaw/service";
import { describe, expect, test } from "vitest";
import { describePort } from "./port-report.ts";

const holder = (pid: number, command: string) => ({
  process: { pid, ppid: 1, startTime: "1", uid: 0, user: "root", name: "x", command },
  addresses: ["127.0.0.1:18789"],
});

const report = (listeners: () => Promise<Listeners>) => {
  const table: ProcessTable = { listeners, process: async () => undefined };
  return describePort({
    program: "openclaw --dev",
    port: 18789,
    table,
    show: (command) => command.replace("secret", "***"),
  });
};
const found = (...holders: ReturnType<typeof holder>[]) =>
  report(async () => ({ holders, hiddenOwners: [] }));

describe("describePort", () => {
  test("names the holder and the way out", async () => {
    expect(await found(holder(11158, "openclaw-gateway"))).toEqual([
      "Port 18789 is already in use.",
      "- pid 11158 root: openclaw-gateway (127.0.0.1:18789)",
      "- Gateway already running locally. Stop it (openclaw --dev gateway stop) or use a different port.",
    ]);
    expect((await found(holder(894, "python3 -m http.server"))).at(-1)).toBe(
      "- Another process is listening on this port.",
    );
    expect((await found(holder(1, "a"), holder(2, "b"))).at(-1)).toBe(
      "- Several processes are listening on this port.",
    );
  });

  test("T-LOG-06 shows command lines only through the redactor", async () => {
    expect((await found(holder(1, "x --token secret")))[1]).toBe(
      "- pid 1 root: x --token *** (127.0.0.1:18789)",
    );
  });

  test("names the owner of what it may not see", async () => {
    expect(await report(async () => ({ holders: [], hiddenOwners: ["root"] }))).toContain(
      "- a process of root",
    );
  });

  test("says nothing when the port is free again or nobody can tell", async () => {
    expect(await found()).toEqual([]);
    expect(await report(() => Promise.reject(new Error("no lsof")))).toEqual([]);
  });
});
