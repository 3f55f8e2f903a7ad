import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome, type TestHome } from "../../testing/command-line.ts";

const PORT = 1;
const TEXT = `// ours
{
  gateway: { mode: "local", port: ${PORT} },
  agents: {
    list: [
      { id: "main", default: true }, // answers
      { id: "ops", name: "Ops" },
    ],
  },
  bindings: [
    { agentId: "ops", match: { channel: "telegram" } },
    { agentId: "main", match: { channel: "discord" } }, // stays
  ],
}
`;

async function configured(text = TEXT): Promise<TestHome> {
  const home = await createTestHome();
  await home.configure(text);
  return home;
}

const stateOf = ({ home }: TestHome) => join(home, ".openclaw");
const read = (home: TestHome) => readFile(join(stateOf(home), "openclaw.json"), "utf8");
const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
const NOW = Date.parse("2026-11-23T05:00:00.000Z");
const STAMP = "deleted-20261123T050000Z";

describe("agents add", () => {
  test("T-CFG-07 adds the agent and its bindings and leaves every other byte alone", async () => {
    await using home = await configured();
    const words = ["agents", "add", "Night Watch", "--workspace", "night", "--model", "acme/big"];
    const { code, stdout } = await home.openclaw([...words, "--bind", "telegram:b", "slack"]);
    expect(code).toBe(0);
    expect(stdout).toBe("Added the agent night-watch.\nWorkspace: ~/night\nGateway not running.\n");
    const text = await read(home);
    for (const line of TEXT.split("\n").filter((line) => line.includes("//"))) expect(text).toContain(line);
    expect(text).toMatch(/"?id"?: "night-watch",\s*"?name"?: "Night Watch"/);
    const list = await home.openclaw(["agents", "list", "--bindings", "--json"]);
    expect((JSON.parse(list.stdout) as readonly object[])[2]).toMatchObject({
      ...{ id: "night-watch", name: "Night Watch", workspace: join(home.home, "night"), bindings: 2 },
      rules: ["telegram accountId=b", "slack"],
    });
    expect(await isThere(join(home.home, "night"))).toBe(true);
  });

  test("gives an agent a workspace of its own, and keeps main the first one without a list", async () => {
    await using home = await configured(`{ gateway: { mode: "local", port: ${PORT} } }`);
    const { stdout } = await home.openclaw(["agents", "add", "ops", "--json"]);
    const workspace = join(stateOf(home), "workspace-ops");
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      agentId: "ops",
      workspace,
      bindings: 0,
      effects: null,
    });
    expect((await stat(workspace)).mode & 0o777).toBe(0o700);
    expect(await read(home)).toMatch(
      /"?list"?: \[\s*\{\s*"?id"?: "main",?\s*\},\s*\{\s*"?id"?: "ops",?\s*\}/,
    );
  });

  test("--dry-run writes nothing and makes no folder", async () => {
    await using home = await configured();
    const { stdout } = await home.openclaw(["agents", "add", "desk", "--dry-run"]);
    expect(stdout).toContain("Would add the agent desk.");
    expect(await read(home)).toBe(TEXT);
    expect(await isThere(join(stateOf(home), "workspace-desk"))).toBe(false);
  });

  test.each([
    [["main"], '"main" is reserved'],
    [["!?"], '"main" is reserved'],
    [["OPS"], "there is an agent ops already"],
    [["x", "--bind", "telegram:"], "invalid --bind: telegram:"],
    [[], "the agent needs a name"],
  ])("refuses %j and writes nothing", async (words, message) => {
    await using home = await configured();
    const { code, stdout, stderr } = await home.openclaw(["agents", "add", ...words]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(await read(home)).toBe(TEXT);
  });

  test("asks a person for the name, and nobody with --non-interactive", async () => {
    await using home = await configured();
    const person = { stdinIsTerminal: true, answers: ["Desk"] };
    const silent = await home.openclaw(["agents", "add", "--non-interactive"], person);
    expect(silent.stderr).toContain("Next: openclaw agents add <name>");
    expect((await home.openclaw(["agents", "add"], person)).stdout).toContain("Added the agent desk.");
  });

  test("refuses what the configuration may not be", async () => {
    await using home = await configured();
    const { code, stderr } = await home.openclaw(["agents", "add", "x", "--agent-dir", "d"]);
    expect([code, stderr.includes("Error")]).toEqual([0, false]);
    const twice = await home.openclaw(["agents", "add", "y", "--agent-dir", "d", "--json"]);
    expect(JSON.parse(twice.stdout)).toMatchObject({ ok: false, error: { code: "config_invalid" } });
  });
});

describe("agents delete", () => {
  /** With files of the agent in both of its folders. */
  async function settled(): Promise<TestHome> {
    const home = await configured();
    for (const folder of ["workspace-ops", "agents/ops/agent"]) {
      await mkdir(join(stateOf(home), folder), { recursive: true });
      await writeFile(join(stateOf(home), folder, "NOTES.md"), folder);
    }
    return home;
  }

  test("T-CFG-07 takes out the agent and its bindings, and moves its files where nothing is lost", async () => {
    await using home = await settled();
    const { code, stdout } = await home.openclaw(["agents", "delete", "ops", "--force"], { now: () => NOW });
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "Deleted the agent ops and 1 binding.",
        `Moved ~/.openclaw/workspace-ops to ~/.openclaw/workspace-ops.${STAMP}`,
        `Moved ~/.openclaw/agents/ops to ~/.openclaw/agents/ops.${STAMP}`,
        "Gateway not running.",
        "",
      ].join("\n"),
    );
    const text = await read(home);
    expect(text).toContain('{ id: "main", default: true }, // answers');
    expect(text).toContain('{ agentId: "main", match: { channel: "discord" } }, // stays');
    expect(text).not.toContain("ops");
    const moved = (folder: string) => readFile(join(stateOf(home), folder, "NOTES.md"), "utf8");
    expect(await moved(`workspace-ops.${STAMP}`)).toBe("workspace-ops");
    expect(await moved(`agents/ops.${STAMP}/agent`)).toBe("agents/ops/agent");
    expect(await isThere(join(stateOf(home), "workspace-ops"))).toBe(false);
  });

  test("leaves a folder alone that lies elsewhere, or that another agent works in", async () => {
    await using home = await createTestHome();
    const workspace = join(home.home, "project");
    const shared = join(stateOf(home), "shared");
    const list = [
      { id: "main" },
      { id: "a", workspace },
      { id: "b", workspace: shared },
      { id: "c", workspace: shared },
    ];
    await home.configure({ gateway: { mode: "local", port: PORT }, agents: { list } });
    for (const folder of [workspace, shared]) await mkdir(folder, { recursive: true });
    const first = await home.openclaw(["agents", "delete", "a", "--force", "--json"]);
    expect(JSON.parse(first.stdout)).toMatchObject({ agentId: "a", moved: [], kept: [workspace] });
    const second = await home.openclaw(["agents", "delete", "b", "--force", "--json"]);
    expect(JSON.parse(second.stdout)).toMatchObject({ moved: [], kept: [shared] });
    expect([await isThere(workspace), await isThere(shared)]).toEqual([true, true]);
    // The last one to work there takes it along.
    const third = await home.openclaw(["agents", "delete", "c", "--force", "--json"]);
    expect(JSON.parse(third.stdout)).toMatchObject({ moved: [{ from: shared }], kept: [] });
  });

  test("without a terminal it wants --force, and asks nobody", async () => {
    await using home = await settled();
    const { code, stderr } = await home.openclaw(["agents", "delete", "ops"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/add --force\nNext: openclaw agents delete ops --force\n$/),
    ]);
    const json = await home.openclaw(["agents", "delete", "ops", "--json"], {
      ...{ stdinIsTerminal: true, answers: ["y"] },
    });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: "usage" } });
    expect(await read(home)).toBe(TEXT);
  });

  test("on a terminal it goes on only with a yes", async () => {
    await using home = await settled();
    const say = (answer: string) =>
      home.openclaw(["agents", "delete", "ops"], { stdinIsTerminal: true, answers: [answer] });
    expect((await say("")).stdout).toContain("Nothing was changed.");
    expect(await read(home)).toBe(TEXT);
    expect((await say("y")).stdout).toContain("Deleted the agent ops");
  });

  test("--dry-run touches nothing", async () => {
    await using home = await settled();
    const { stdout } = await home.openclaw(["agents", "delete", "ops", "--dry-run"]);
    expect(stdout).toContain("Would delete the agent ops and 1 binding.");
    expect(await read(home)).toBe(TEXT);
    expect(await isThere(join(stateOf(home), "workspace-ops"))).toBe(true);
  });

  test.each([
    ["main", "usage", '"main" cannot be deleted'],
    ["nobody", "not_found", "there is no agent nobody"],
  ])("refuses %s with %s", async (id, code, message) => {
    await using home = await settled();
    const { stdout } = await home.openclaw(["agents", "delete", id, "--force", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code, message } });
    expect(await read(home)).toBe(TEXT);
  });
});
