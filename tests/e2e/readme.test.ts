import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { collect, hasTerminal, kill, root, TemporaryUser, waitFor } from "../support/gateway-process.ts";

/** Commands of the `sh` blocks, continuation lines joined. */
async function commands(file: string): Promise<string[]> {
  const text = await readFile(join(root, file), "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) =>
    block
      .replace(/\\\n\s*/g, "")
      .split("\n")
      .map((line) => line.replace(/\s+#.*$/, "").trim())
      .filter((line) => line !== ""),
  );
}

/** What a person would see of each command. */
const EXPECTED: Readonly<Record<string, RegExp>> = {
  "npx openclaw --dev gateway status": /RPC probe: ok/,
  'npx openclaw --dev agent --message "hello"': /You said: hello/,
  "npx openclaw --dev health": /Agents: main|dev/,
  "npx openclaw --dev logs --limit 5": /listening on ws/,
  "openclaw gateway status": /Runtime: running[\s\S]*RPC probe: ok/,
  "openclaw logs --follow": /listening on ws/,
};

describe("README", () => {
  // A person types these in two terminals; `script` gives each command one.
  test.skipIf(!hasTerminal)("every command does what the text says", async () => {
    const all = await commands("README.md");
    await using user = await TemporaryUser.create();
    const env = {
      ...user.env(),
      PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env["PATH"] ?? ""}`,
      TERM: "dumb",
    };
    const terminal = (command: string) =>
      spawn("script", ["-qec", command, "/dev/null"], {
        cwd: root,
        env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
    const gone = (child: ReturnType<typeof terminal>) => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
    };
    const checked: string[] = [];
    const staying: { child: ReturnType<typeof terminal>; stop: () => Promise<unknown> }[] = [];

    for (const command of all) {
      const child = terminal(command);
      const output = collect(child);
      if (command === "npm start" || command.startsWith("openclaw gateway --port")) {
        await waitFor(output, /listening on ws:\/\//);
        staying.push({ child, stop: async () => (gone(child), kill(child, "SIGTERM")) });
      } else if (command.startsWith("curl")) {
        await waitFor(output, /data: \[DONE\]/);
        expect(output.text).toMatch(/"content":"You/);
      } else {
        await waitFor(output, EXPECTED[command] ?? /a command this test does not know/);
        gone(child);
      }
      checked.push(command);
    }
    expect(checked).toEqual(all);
    expect(all.length).toBeGreaterThanOrEqual(9);
    for (const { stop } of staying) await stop();
  });
});
