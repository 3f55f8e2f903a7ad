import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOfPage, type CommandBlock } from "../support/command-blocks.ts";
import { root } from "../support/gateway-process.ts";
import { OwnMachine, whyNoOwnMachine } from "../support/own-machine.ts";

const obstacle = whyNoOwnMachine();
const title = `the commands of docs/onboarding.md${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

// The page is typed from top to bottom, as it stands, on a fresh account of a machine of its own.
describe.skipIf(obstacle !== undefined)(title, () => {
  let machine: OwnMachine;
  let blocks: readonly CommandBlock[];

  beforeAll(async () => {
    blocks = blocksOfPage(await readFile(join(root, "docs/onboarding.md"), "utf8"));
    machine = await OwnMachine.boot("desk", "robin");
    await machine.startUserManager();
  });
  afterAll(() => machine?.[Symbol.asyncDispose]());

  /** Types every line of a block; each has to succeed. @returns what they printed */
  async function type(block: CommandBlock | undefined): Promise<string> {
    const said: string[] = [];
    for (const line of block ?? []) {
      const { code, stdout, stderr } = await machine.run(line);
      expect({ line, code, stdout, stderr }).toMatchObject({ code: 0 });
      said.push(stdout);
    }
    return said.join("");
  }

  test("every block is one of those that are typed here", () => {
    expect(blocks.map((lines) => lines.length)).toEqual([1, 1, 1, 3, 2]);
  });

  test("asks a person, and keeps what Enter keeps", async () => {
    const [line = ""] = blocks[0] ?? [];
    const terminal = machine.type(line);
    for (const [question, keys] of [
      [/Go on\? \[y\/N\]/, "y"],
      [/\[local\]/, ""],
      [/Port\? \[18789\]/, ""],
      [/\[loopback\]/, ""],
      [/\[token\]/, ""],
      [/\[~\/\.openclaw\/workspace\]/, ""],
      [/Have the system start it/, "n"],
      [/Save this\?/, ""],
    ] as const) {
      await terminal.see(question);
      terminal.press(`${keys}\r`);
    }
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).toMatch(
      /Gateway not running\.\nNext: openclaw gateway\nNext: openclaw gateway install\n/,
    );
  });

  test("installs the service for a script, moves its port, begins anew, and leaves nothing but what was moved aside", async () => {
    expect(await type(blocks[1])).toContain("Gateway healthy at ws://127.0.0.1:18789.\n");
    // The service was installed with the port it had; the page says that onboarding mends that.
    expect(await type(blocks[2])).toContain("gateway.port");
    expect(await type(blocks[1])).toContain("Gateway healthy at ws://127.0.0.1:19001.\n");
    expect(await type(blocks[3])).toMatch(
      /Would move [^]*Stopped systemd service[^]*Moved ~\/\.openclaw\/gateway\.sqlite/,
    );
    expect(await type(blocks[4])).toMatch(/Would stop and remove the service [^]*Removed systemd service/);
    const { stdout } = await machine.run("ls -A");
    expect(stdout.split("\n").filter((name) => name.startsWith(".openclaw"))).toEqual([
      expect.stringMatching(/^\.openclaw\.reset-\d{8}T\d{6}Z$/),
      expect.stringMatching(/^\.openclaw\.uninstalled-\d{8}T\d{6}Z$/),
    ]);
  });
});
