import { readdirSync } from "node:fs";
import type * as os from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { GoldenStage } from "./golden/stage.ts";

// The gateway tells what machine it is on.
vi.mock("node:os", async (original) => ({
  ...(await original<typeof os>()),
  hostname: () => "workstation",
  networkInterfaces: () => ({}),
  release: () => "6.1.0",
}));

const COMMANDS = [
  "gateway status",
  "gateway status --deep",
  "gateway probe",
  "gateway health",
  "gateway usage-cost",
  "status",
  "status --all",
  "status --deep",
  "health",
  "health --verbose",
  "channels status --probe",
  "channels list",
  "doctor",
  "logs --limit 5",
  "sessions",
  "agents list",
  "models list",
  "models status",
  "nodes status",
  "devices list",
  "approvals list",
  "config validate",
  "config explain gateway.port",
  "dashboard --no-open",
];
const WIDTHS = [80, 120];
const FOLDER = join(import.meta.dirname, "golden/screens");

const fileOf = (command: string) => `${command.replaceAll(/[^a-z]+/g, "-")}.txt`;

// `npx vitest run tests/e2e/golden.test.ts -u` writes the files anew; look at what changed before it is committed.
describe("what a person sees, at 80 and 120 columns, with the gateway up and down", () => {
  const screens = new Map<string, string>();

  beforeAll(async () => {
    await using stage = await GoldenStage.create();
    for (const state of ["up", "down"]) {
      if (state === "up") await stage.start();
      else await stage.stop();
      for (const columns of WIDTHS)
        for (const command of COMMANDS) {
          const screen = await stage.type(command.split(" "), columns);
          const title = `# openclaw ${command}: gateway ${state}, ${columns} columns\n`;
          screens.set(command, `${screens.get(command) ?? ""}${title}${screen}\n`);
        }
    }
  });
  afterAll(() => vi.restoreAllMocks());

  test.each(COMMANDS)("%s", async (command) => {
    await expect(screens.get(command)).toMatchFileSnapshot(join(FOLDER, fileOf(command)));
  });

  test.each(COMMANDS)(
    "%s stays within the terminal and shows no path below the home folder in full",
    (command) => {
      const text = screens.get(command) ?? "";
      for (const part of text.split(/^# /m).slice(1)) {
        const [title = "", ...lines] = part.split("\n");
        const columns = Number(/(\d+) columns$/.exec(title)?.[1]);
        // A word is not cut, so that it can be copied; lines of the log are shown as they are.
        const tooWide = lines.filter((line) => line.length > columns && /\S\s+\S/.test(line.trim()));
        if (!command.startsWith("logs ")) expect(tooWide).toEqual([]);
      }
      expect(text).not.toMatch(/openclaw-cli-/);
    },
  );

  test("every screen that is kept is one of these commands'", () => {
    expect(readdirSync(FOLDER).sort()).toEqual(COMMANDS.map(fileOf).sort());
  });
});
