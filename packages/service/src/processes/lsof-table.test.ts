import { describe, expect, test } from "vitest";
import { lsofTable, parseLsof, type RunProgram } from "./lsof-table.ts";
import { ProcessTableError } from "./process-table.ts";

const run: RunProgram = async (file, args) => {
  if (file === "lsof")
    return args.includes("-iTCP:18789")
      ? "p501\nf12\nn127.0.0.1:18789\nf13\nn[::1]:18789\np502\nf3\nn*:18789\n"
      : "";
  if (args.includes("501"))
    return "  400   0 Sun Nov 22 10:00:00 2026     /usr/local/bin/node gateway.js --port 18789\n";
  return "";
};

describe("lsofTable", () => {
  test("joins what lsof and ps tell; processes that ended meanwhile are left out", async () => {
    expect(await lsofTable(run).listeners(18789)).toEqual({
      holders: [
        {
          process: {
            pid: 501,
            ppid: 400,
            uid: 0,
            user: "root",
            startTime: "Sun Nov 22 10:00:00 2026",
            name: "node",
            command: "/usr/local/bin/node gateway.js --port 18789",
          },
          addresses: ["127.0.0.1:18789", "[::1]:18789"],
        },
      ],
      hiddenOwners: [],
    });
    expect(await lsofTable(run).listeners(1)).toEqual({ holders: [], hiddenOwners: [] });
  });

  test("reads nothing into empty output", () => {
    expect(parseLsof("")).toEqual(new Map());
  });

  test("passes on that lsof is missing", async () => {
    const missing: RunProgram = () => Promise.reject(new ProcessTableError("lsof cannot be run"));
    await expect(lsofTable(missing).listeners(1)).rejects.toThrow("lsof cannot be run");
  });
});
