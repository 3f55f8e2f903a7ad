import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { cli, hasTerminal, TemporaryUser } from "../support/gateway-process.ts";
import { Terminal } from "../support/terminal.ts";

/** The upper edge of the first table. */
const edge = (text: string) => /^┌.*┐$/m.exec(text)?.[0];

describe("the width of tables", () => {
  test.skipIf(!hasTerminal)("a terminal that was given no size gets what a pipe gets", async () => {
    await using user = await TemporaryUser.create();
    const piped = await user.openclaw(["status"]);
    const line = `stty cols 0; exec '${process.execPath}' '${cli}' status`;
    const options = { env: user.env({ SHELL: "/bin/sh" }), cwd: user.home };
    const terminal = new Terminal(spawn("script", ["-qec", line, "/dev/null"], options));
    expect(await terminal.ended, terminal.text).toBe(0);
    expect(edge(piped.stdout)?.length).toBeGreaterThan(80);
    expect(edge(terminal.text)).toBe(edge(piped.stdout));
  });
});
