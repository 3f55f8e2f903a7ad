import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { watchPipe } from "./pipe-watch.ts";

describe.skipIf(process.platform !== "linux")("watchPipe", () => {
  test("notices that the reader of a pipe has gone, without a write", async () => {
    const folder = await mkdtemp(join(tmpdir(), "openclaw-pipe-"));
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const reader = spawn("cat", [path], { stdio: "ignore" });
    // Opening waits for the reader.
    const writer = await open(path, "w");
    const isClosed = watchPipe(writer.fd);
    expect(isClosed()).toBe(false);
    expect(isClosed()).toBe(false);
    reader.kill();
    await once(reader, "exit");
    expect(isClosed()).toBe(true);
    expect(isClosed()).toBe(true);
    await writer.close();
    await rm(folder, { recursive: true });
  });

  test("takes nothing else for a closed pipe", () => {
    const file = openSync("/dev/null", "w");
    expect(watchPipe(file)()).toBe(false);
    closeSync(file);
    expect(watchPipe(9_999)()).toBe(false);
  });
});
