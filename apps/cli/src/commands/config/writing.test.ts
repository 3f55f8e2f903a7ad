import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome, type TestHome } from "../../testing/command-line.ts";
import { freePort } from "../../testing/gateway.ts";

// No gateway runs in these tests: the commands work on the file.
const text = (port: number) => `// the gateway of the workshop
{
  gateway: { mode: "local", port: ${port}, auth: { token: "\${SHARED}" } }, // theirs
  ui: { seamColor: "#112233" },
}
`;
const ENV = { env: { SHARED: "a-shared-secret" } };
const configPath = ({ home }: TestHome) => join(home, ".openclaw", "openclaw.json");
const read = (home: TestHome) => readFile(configPath(home), "utf8");

async function site(config?: string) {
  const home = await createTestHome();
  const port = await freePort();
  const before = config ?? text(port);
  await home.configure(before);
  const openclaw = (words: readonly string[], facts = {}) =>
    home.openclaw(["config", ...words], { ...ENV, ...facts });
  return { ...home, openclaw, port, before };
}

describe("config set", () => {
  test("changes the one value, and says that no gateway runs", async () => {
    await using home = await site();
    const { code, stdout, stderr } = await home.openclaw(["set", "ui.seamColor", "#445566"]);
    expect([code, stdout]).toEqual([0, "Updated ui.seamColor.\nGateway not running.\n"]);
    expect(stderr).toContain("Config overwrite: ");
    expect(await read(home)).toBe(home.before.replace("#112233", "#445566"));
  });

  test.each([
    ["gateway.reload.debounceMs", "250", 250],
    ["gateway.controlUi", "{ enabled: false }", { enabled: false }],
    ["gateway.trustedProxies", '["127.0.0.1"]', ["127.0.0.1"]],
    ["agents.list[0].id", "main", "main"],
  ])("reads the value of %s as JSON5, else as a text", async (path, typed, value) => {
    await using home = await site();
    expect(await home.openclaw(["set", path, typed])).toMatchObject({ code: 0 });
    expect(JSON.parse((await home.openclaw(["get", path, "--json"])).stdout)).toEqual(value);
  });

  test("tells everything in one object under --json, and reads the value strictly then", async () => {
    await using home = await site();
    const { stdout } = await home.openclaw(["set", "ui.seamColor", '"#445566"', "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      path: configPath(home),
      file: configPath(home),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      changedPaths: ["ui.seamColor"],
      effects: null,
      outcome: "Gateway not running.",
    });
    for (const strict of ["--strict-json", "--json"]) {
      const refused = await home.openclaw(["set", "ui.seamColor", "#778899", strict]);
      expect([refused.code, refused.stdout + refused.stderr]).toEqual([
        1,
        expect.stringContaining("Failed to parse JSON5 value: "),
      ]);
    }
  });

  test.each([
    [
      ["gateway.port", '"abc"'],
      "Config validation failed: gateway.port: Invalid input: expected number, received string",
    ],
    [["gateway.prot", "1"], 'Config validation failed: gateway: Unrecognized key: "prot"'],
    [["ui.seamColor.x", "1"], 'Cannot traverse into "x" (not an object)'],
    [["gateway.auth.token", "__OPENCLAW_REDACTED__"], "is not valid as real data"],
    [["gateway.__proto__.x", "1"], "Invalid path segment: __proto__"],
  ])("T-CFG-07 refuses %j with one line and leaves the file alone", async (words, message) => {
    await using home = await site();
    const { code, stdout, stderr } = await home.openclaw(["set", ...words]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(await read(home)).toBe(home.before);
  });

  test("writes nothing with --dry-run, and finds the same faults", async () => {
    await using home = await site();
    const dry = await home.openclaw(["set", "ui.seamColor", "#445566", "--dry-run"]);
    expect(dry).toEqual({
      code: 0,
      stdout: "Would update ui.seamColor.\nGateway not running.\n",
      stderr: "",
    });
    const bad = await home.openclaw(["set", "gateway.port", '"many"', "--dry-run", "--json"]);
    expect([bad.code, bad.stdout]).toEqual([1, expect.stringContaining("config_invalid")]);
    expect(await read(home)).toBe(home.before);
    expect(await readdir(join(home.home, ".openclaw"))).not.toContain("config-history");
  });

  test("goes into the included file that has the key", async () => {
    await using home = await site('{ gateway: { mode: "local", port: 1 }, ui: { $include: "ui.json5" } }');
    const included = join(home.home, ".openclaw", "ui.json5");
    await writeFile(included, '{ seamColor: "#112233" } // theirs\n');
    const { code } = await home.openclaw(["set", "ui.seamColor", "#445566"]);
    expect([code, await readFile(included, "utf8"), await read(home)]).toEqual([
      0,
      '{ seamColor: "#445566" } // theirs\n',
      home.before,
    ]);
  });

  test("makes the first file", async () => {
    await using home = await createTestHome();
    const { code } = await home.openclaw(["config", "set", "gateway.mode", "local"]);
    expect([code, await read(home)]).toEqual([0, '{\n  "gateway": {\n    "mode": "local"\n  }\n}\n']);
  });

  test("keeps the value out of the journal", async () => {
    await using home = await site();
    await home.openclaw(["set", "hooks.token", "a-secret-of-the-hooks"]);
    const journal = await readFile(join(home.home, ".openclaw", "logs", "config-audit.jsonl"), "utf8");
    expect(journal).toContain('"argv":["config","set","hooks.token"]');
    expect(journal).not.toContain("a-secret-of-the-hooks");
  });
});

describe("config unset", () => {
  test("takes out a setting and the section it leaves empty", async () => {
    await using home = await site();
    const { code, stdout } = await home.openclaw(["unset", "ui.seamColor"]);
    expect([code, stdout]).toEqual([0, "Removed ui.seamColor.\nGateway not running.\n"]);
    expect(await read(home)).toBe(home.before.replace('  ui: { seamColor: "#112233" },\n', ""));
  });

  test("keeps a section that includes a file", async () => {
    await using home = await site('{ gateway: { mode: "local", port: 1 }, ui: { $include: "ui.json5" } }');
    const included = join(home.home, ".openclaw", "ui.json5");
    await writeFile(included, '{ seamColor: "#112233" }\n');
    await home.openclaw(["unset", "ui.seamColor"]);
    expect([await readFile(included, "utf8"), await read(home)]).toEqual(["{  }\n", home.before]);
  });

  test("takes one item out of a list", async () => {
    await using home = await site(
      '{ gateway: { mode: "local", port: 1 }, agents: { list: [{ id: "a" }, { id: "b" }] } }',
    );
    await home.openclaw(["unset", "agents.list[0]"]);
    expect(await read(home)).toBe(home.before.replace('{ id: "a" }, ', ""));
  });

  test("knows what is not written, and refuses to remove the mode without --force", async () => {
    await using home = await site();
    expect(await home.openclaw(["unset", "no.such"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "Config path not found: no.such\n",
    });
    const refused = await home.openclaw(["unset", "gateway.mode"]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("removes gateway.mode")]);
    expect(await read(home)).toBe(home.before);
    expect(await home.openclaw(["unset", "gateway.mode", "--force"])).toMatchObject({ code: 0 });
  });
});

describe("config edit", () => {
  const change = (from: string, to: string) => async (path: string) =>
    writeFile(path, (await readFile(path, "utf8")).replace(from, to));

  test("saves what the editor leaves behind, to the byte, and shows what changes", async () => {
    await using home = await site();
    const edit = change("#112233", "#445566");
    const { code, stdout } = await home.openclaw(["edit"], { edit });
    expect([code, stdout]).toEqual([
      0,
      `~ ui.seamColor: "#112233" -> "#445566"\nSaved ${configPath(home)}.\nGateway not running.\n`,
    ]);
    expect(await read(home)).toBe(home.before.replace("#112233", "#445566"));
    expect((await readdir(home.home)).filter((name) => name.startsWith("openclaw-config-"))).toEqual([]);
  });

  test("shows no secret", async () => {
    await using home = await site();
    const { stdout } = await home.openclaw(["edit"], { edit: change("${SHARED}", "another-secret-now") });
    expect(stdout).toContain("~ gateway.auth.token: ");
    expect(stdout).not.toContain("another-secret-now");
  });

  test("changes nothing when nothing was changed, or a person says no", async () => {
    await using home = await site();
    expect(await home.openclaw(["edit"])).toMatchObject({ code: 0, stdout: "Nothing was changed.\n" });
    const edit = change("#112233", "#445566");
    const { stdout } = await home.openclaw(["edit"], { edit, stdinIsTerminal: true, answers: ["n"] });
    expect(stdout).toContain("Not saved. Your text is kept in ");
    expect(await home.openclaw(["edit", "--dry-run"], { edit })).toMatchObject({ code: 0 });
    expect(await read(home)).toBe(home.before);
  });

  test("keeps a text that is invalid, and lets a person go on with it", async () => {
    await using home = await site();
    const break_ = change("#112233", "blue");
    const refused = await home.openclaw(["edit"], { edit: break_ });
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(
        /Config validation failed: ui\.seamColor: .*\nYour text is kept in .*openclaw\.json5\n/,
      ),
    ]);
    expect(await read(home)).toBe(home.before);
    let times = 0;
    const edit = (path: string) => ((times += 1) === 1 ? break_(path) : change("blue", "#445566")(path));
    const { code } = await home.openclaw(["edit"], { edit, stdinIsTerminal: true, answers: ["", "y"] });
    expect([code, times, await read(home)]).toEqual([0, 2, home.before.replace("#112233", "#445566")]);
  });

  test("repairs a file that cannot be parsed", async () => {
    await using home = await site("{ gateway: ");
    await home.openclaw(["edit"], { edit: (path: string) => writeFile(path, text(1)) });
    expect(await read(home)).toBe(text(1));
  });
});
