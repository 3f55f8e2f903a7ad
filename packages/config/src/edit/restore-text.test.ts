import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interpretConfig } from "../interpret-config.ts";
import { redactConfig } from "../show/redact.ts";
import { REDACTED } from "../show/redacted.ts";
import { hashText } from "../source/hash-text.ts";
import { sourceFiles } from "../source/source-files.ts";
import { restoreText } from "./restore-text.ts";

const ENV = {
  T: "of-the-environment",
  OPENCLAW_GATEWAY_TOKEN: "t1",
  HOUSE_LLM_KEY: "k1",
};

async function load(text: string, env: Readonly<Record<string, string>> = ENV) {
  const options = { text, configPath: "/c/openclaw.json", home: "/h", env, files: sourceFiles };
  const facts = { path: "/c/openclaw.json", exists: true, raw: text, hash: hashText(text), legacyIssues: [] };
  return { ...facts, ...(await interpretConfig(options)) };
}

/** What the file becomes when a client sends back what it was shown. */
async function roundTrip(text: string): Promise<{ shown: string; restored: string }> {
  const stored = await load(text);
  expect(stored.issues).toEqual([]);
  const { raw, parsed } = redactConfig(stored);
  return { shown: raw ?? "", restored: restoreText(raw ?? "", parsed, stored) };
}

describe("restoreText", () => {
  test("T-CFG-06 gives a household's file back byte by byte", async () => {
    const text = await readFile(new URL("../testing/household.json5", import.meta.url), "utf8");
    const needed = [...text.matchAll(/\$\{([A-Z_][A-Z0-9_]*)\}/g)].map(([, name = ""]) => name);
    const env = Object.fromEntries(needed.map((name) => [name, `value of ${name}`]));
    const stored = await load(text, env);
    const { raw, parsed } = redactConfig(stored);
    expect(restoreText(raw ?? "", parsed, stored)).toBe(text);
  });

  test("T-CFG-06 gives every secret back in the characters it was written in", async () => {
    const secret = fc.stringMatching(/^S3CR3T[a-zA-Z0-9'"\\$ ]{4,12}$/);
    const quoted = fc.tuple(secret, fc.constantFrom("single", "double", "escaped")).map(([text, style]) => {
      if (style === "single") return `'${text.replace(/[\\']/g, "\\$&")}'`;
      return style === "double" ? JSON.stringify(text) : `"\\u0053${JSON.stringify(text).slice(2)}`;
    });
    const list = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(quoted, quoted, list, async (one, two, names) => {
        const tokens = names.map(
          (name, index) => `{ name: '${name}', hash: "sha256:${String(index).repeat(64)}" }`,
        );
        const text = `{ gateway: { auth: { "token": ${one}, tokens: [${tokens.join(", ")}] } }, /* {' */
          models: { providers: { p: { baseUrl: 'u', models: [], apiKey: ${two}, headers: { x: ${one} } } } }, }`;
        const { shown, restored } = await roundTrip(text);
        expect(shown).toContain(REDACTED);
        expect(shown).not.toContain("3CR3T");
        expect(restored).toBe(text);
      }),
      { seed: 17, numRuns: 100 },
    );
  });
});
