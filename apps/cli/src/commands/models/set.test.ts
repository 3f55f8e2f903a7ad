import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome, type TestHome } from "../../testing/command-line.ts";

const GATEWAY = `gateway: { mode: "local", port: 1 },`;

async function configured(agents: string): Promise<TestHome> {
  const home = await createTestHome();
  await home.configure(`{\n  // ours\n  ${GATEWAY}\n  ${agents}\n}\n`);
  return home;
}

const read = ({ home }: TestHome) => readFile(join(home, ".openclaw/openclaw.json"), "utf8");

/** A setting as the next start reads it. */
async function setting(home: TestHome, path: string): Promise<unknown> {
  return JSON.parse((await home.openclaw(["config", "get", path, "--json"])).stdout);
}

describe("models set", () => {
  test("T-CFG-07 writes the default model and leaves the rest of the file alone", async () => {
    await using home = await configured("agents: { defaults: { timeoutSeconds: 60 } }, // short");
    const { code, stdout } = await home.openclaw(["models", "set", "ACME/Big-1"]);
    expect([code, stdout]).toEqual([0, "Set the default model to acme/Big-1.\nGateway not running.\n"]);
    expect(await setting(home, "agents.defaults.model")).toBe("acme/Big-1");
    const text = await read(home);
    for (const part of ["// ours", GATEWAY, "timeoutSeconds: 60", "// short"]) expect(text).toContain(part);
  });

  test("keeps fallbacks, reads aliases, and lets the model into a catalogue of the only ones allowed", async () => {
    await using home = await configured(`agents: { defaults: {
      model: { primary: "a/one", fallbacks: ["a/two"] }, // tried in turn
      models: { "a/one": {}, "a/three": { alias: "Best" } },
    } },`);
    await home.openclaw(["models", "set", "best"]);
    expect(await setting(home, "agents.defaults.model")).toEqual({
      primary: "a/three",
      fallbacks: ["a/two"],
    });
    expect(Object.keys((await setting(home, "agents.defaults.models")) as object)).toHaveLength(2);
    const { stdout } = await home.openclaw(["models", "set", "b/new", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, model: "b/new", warnings: [], effects: null });
    expect(await setting(home, "agents.defaults.models")).toHaveProperty(["b/new"], {});
    expect(await read(home)).toContain("// tried in turn");
  });

  test("--dry-run writes nothing", async () => {
    await using home = await configured("");
    const before = await read(home);
    const { stdout } = await home.openclaw(["models", "set", "a/b", "--dry-run"]);
    expect(stdout).toContain("Would set the default model to a/b.");
    expect(await read(home)).toBe(before);
  });

  test.each(["big", "a/", "/b", "a b/c", ""])("refuses %j, which names no model", async (text) => {
    await using home = await configured("");
    const { code, stderr } = await home.openclaw(["models", "set", text]);
    expect([code, stderr]).toEqual([
      1,
      `Error: invalid model: ${text} (use provider/model)\nNext: openclaw models list\n`,
    ]);
  });

  test("does not write into a file that cannot be read", async () => {
    await using home = await createTestHome();
    await home.configure("{ gateway: ");
    const { code, stderr } = await home.openclaw(["models", "set", "a/b"]);
    expect([code, stderr.includes("Config invalid at")]).toEqual([1, true]);
    expect(await read(home)).toBe("{ gateway: ");
  });
});
