import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ConfigError } from "../errors.ts";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { changeConfig } from "./change-config.ts";
import { fileSystem } from "./file-system.ts";
import type { ConfigChange } from "./patch-config-text.ts";

const TEXT = "// mine\n{\n  gateway: { auth: { token: '${T}' } }, // secret elsewhere\n}\n";

async function instance(text?: string) {
  const dir = await temporaryDir();
  if (text !== undefined) await writeFile(dir.paths.configPath, text);
  const change = (...changes: ConfigChange[]) =>
    changeConfig({ paths: dir.paths, env: { T: "secret" }, changes, writer: { pid: 1 } });
  return { ...dir, change, read: () => readFile(dir.paths.configPath, "utf8") };
}

describe("changeConfig", () => {
  test("T-CFG-07 writes only the key that was asked for", async () => {
    await using dir = await instance(TEXT);
    expect(await dir.change({ path: ["gateway", "port"], value: 20001 })).toMatchObject({ ok: true });
    expect(await dir.read()).toBe(TEXT.replace("'${T}' } }", "'${T}' }, port: 20001 }"));
  });

  test("refuses what would make the file invalid, and leaves it alone", async () => {
    await using dir = await instance(TEXT);
    expect(await dir.change({ path: ["gateway", "port"], value: "abc" })).toMatchObject({
      ok: false,
      issues: [{ path: "gateway.port", message: "Invalid input: expected number, received string" }],
    });
    expect(await dir.read()).toBe(TEXT);
  });

  test("T-CFG-06 refuses to write a hidden value back", async () => {
    await using dir = await instance(TEXT);
    expect(
      await dir.change({ path: ["gateway", "auth"], value: { token: "__OPENCLAW_REDACTED__" } }),
    ).toEqual({
      ok: false,
      issues: [
        {
          path: "gateway.auth",
          message: 'Sentinel value "__OPENCLAW_REDACTED__" in key gateway.auth is not valid as real data',
        },
      ],
    });
  });

  test("creates a file that is not there", async () => {
    await using dir = await instance();
    await dir.change({ path: ["gateway", "mode"], value: "local" });
    expect(await dir.read()).toBe('{\n  "gateway": {\n    "mode": "local"\n  }\n}\n');
  });

  test("T-CFG-05 writes nothing when a file that it was checked with is edited meanwhile", async () => {
    const text = "{ ui: { $include: 'ui.json5' } }\n";
    await using dir = await instance(text);
    const included = join(dir.path, "ui.json5");
    await writeFile(included, "{}");
    const open: typeof fileSystem.open = async (...given) => {
      if (String(given[0]).endsWith(".tmp")) await writeFile(included, "{ nobody: 'checked' }");
      return fileSystem.open(...given);
    };
    const changing = changeConfig({
      ...{ paths: dir.paths, env: {}, writer: { pid: 1 }, fs: { ...fileSystem, open } },
      changes: [{ path: ["gateway", "port"], value: 20001 }],
    });
    await expect(changing).rejects.toMatchObject({ code: "conflict" });
    expect(await dir.read()).toBe(text);
  });

  test("T-CFG-05 loses none of many changes that meet: each is in the file or refused", async () => {
    await using dir = await instance("{}\n");
    const names = Array.from({ length: 20 }, (_, index) => `V${index}`);
    const outcomes = await Promise.allSettled(
      names.map((name) => dir.change({ path: ["env", "vars", name], value: "x" })),
    );
    const won = names.filter((_, index) => outcomes[index]?.status === "fulfilled");
    const { env } = JSON.parse(await dir.read()) as { env: { vars: object } };
    expect(Object.keys(env.vars).sort()).toEqual(won.sort());
    expect(won.length).toBeGreaterThan(0);
    const codes = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [(outcome.reason as ConfigError).code] : [],
    );
    expect(new Set(codes)).toEqual(new Set(["conflict"]));
  });
});
