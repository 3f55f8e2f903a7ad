import fc from "fast-check";
import JSON5 from "json5";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../load-config.ts";
import { resolvePaths } from "../paths.ts";
import { redactConfig, redactValue } from "./redact.ts";
import { REDACTED } from "./redacted.ts";

const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: "/s" }, homeDir: "/h", cwd: "/w" });

function load(text: string, env = {}) {
  const readFile = (path: string) =>
    path === paths.configPath
      ? Promise.resolve(text)
      : Promise.reject(Object.assign(new Error("none"), { code: "ENOENT" }));
  return loadConfig({ paths, env, readFile });
}

describe("redactValue", () => {
  test.each<[string, unknown]>([
    ["the shared token", { gateway: { auth: { token: "x" } } }],
    ["hashes of named tokens", { gateway: { auth: { tokens: [{ hash: "x" }] } } }],
    ["the secret of a proxy", { gateway: { auth: { trustedProxy: { secretHeader: { value: "x" } } } } }],
    ["keys of model providers", { models: { providers: { any: { apiKey: "x" } } } }],
    ["headers of model providers", { models: { providers: { any: { headers: { Authorization: "x" } } } } }],
    ["every variable of the env section", { env: { vars: { HARMLESS: "x" }, OTHER: "x" } }],
    ["session keys of hooks", { hooks: { mappings: [{ sessionKey: "x" }] } }],
    ["keys of connectors, by their name", { channels: { telegram: { accounts: { a: { botToken: "x" } } } } }],
    [
      "keys of sections it does not know, by their name",
      { talk: { providers: [{ api_key: "x", clientSecret: "x" }] } },
    ],
    [
      "variables and headers of sections it does not know",
      { skills: { entries: { weather: { env: { WEATHER: "x" } } } }, browser: { headers: { Cookie: "x" } } },
    ],
    ["addresses with a password", { cron: { webhook: "https://me:x@h.example/p" } }],
  ])("hides %s", (_title, tree) => {
    const shown = redactValue(tree);
    expect(JSON.stringify(shown)).not.toMatch(/"x"|:x@/);
    expect(JSON.stringify(shown)).toContain(REDACTED);
  });

  test.each<[string, unknown]>([
    ["a lone variable", { gateway: { auth: { token: "${OPENCLAW_GATEWAY_TOKEN}" } } }],
    [
      "the name of a secret header",
      { gateway: { auth: { trustedProxy: { secretHeader: { name: "x-proxy" } } } } },
    ],
    ["counts of tokens", { talk: { maxTokens: "100", contextTokens: "5", passwordFile: "/p" } }],
    ["numbers and switches", { talk: { token: 7, password: true } }],
    ["empty texts", { gateway: { auth: { password: "" } } }],
    ["addresses without a password", { cron: { webhook: "https://h.example/a:b@c" } }],
    ["the auth mode", { gateway: { auth: { mode: "token" } } }],
  ])("shows %s", (_title, tree) => {
    expect(redactValue(tree)).toEqual(tree);
  });

  test("judges a part of the configuration by the path it stands at", () => {
    expect(redactValue({ token: "x", mode: "token" }, ["gateway", "auth"])).toEqual({
      token: REDACTED,
      mode: "token",
    });
    expect(redactValue("x", ["gateway", "auth", "token"])).toBe(REDACTED);
  });
});

describe("redactConfig", () => {
  test("hides secrets in every stage, and in the text by position", async () => {
    const text = `// token: kept\n{ gateway: { auth: { token: 'local', mode: "token" }, mode: 'local' } }\n`;
    const snapshot = await load(text);
    const shown = redactConfig(snapshot);
    expect(shown.raw).toBe(
      `// token: kept\n{ gateway: { auth: { token: '${REDACTED}', mode: "token" }, mode: 'local' } }\n`,
    );
    expect(shown).toMatchObject({
      hash: snapshot.hash,
      parsed: { gateway: { auth: { token: REDACTED } } },
      resolved: { gateway: { auth: { token: REDACTED } } },
      config: { gateway: { auth: { token: REDACTED, mode: "token" }, mode: "local" } },
    });
  });

  test("shows variables as written and hides what they stand for", async () => {
    const shown = redactConfig(await load("{ gateway: { auth: { token: '${T}' } } }", { T: "secret-value" }));
    expect(shown.parsed).toEqual({ gateway: { auth: { token: "${T}" } } });
    expect(shown.raw).toBe("{ gateway: { auth: { token: '${T}' } } }");
    expect(shown.config).toMatchObject({ gateway: { auth: { token: REDACTED } } });
    expect(JSON.stringify(shown)).not.toContain("secret-value");
  });

  test("has exactly the fields of the snapshot, and no environment", async () => {
    expect(Object.keys(redactConfig(await load("{}", { T: "secret" }))).sort()).toEqual([
      "config",
      "exists",
      "hash",
      "issues",
      "legacyIssues",
      "parsed",
      "path",
      "raw",
      "resolved",
      "valid",
      "warnings",
    ]);
  });

  test("shows nothing of an invalid file but its issues", async () => {
    const shown = redactConfig(await load("{ gateway: { auth: { token: 'secret-value', bogus: 1 } } }"));
    expect(shown).toMatchObject({ valid: false, raw: null, parsed: null, resolved: {}, config: {} });
    expect(shown.issues).toHaveLength(1);
    expect(JSON.stringify(shown)).not.toContain("secret-value");
  });

  test("never leaks a secret, whatever stands around it", async () => {
    const secret = fc.stringMatching(/^S3CR3T[a-zA-Z0-9'"\\ ]{4,12}$/);
    const quote = (text: string, single: boolean) =>
      single ? `'${text.replace(/[\\']/g, "\\$&")}'` : JSON.stringify(text);
    await fc.assert(
      fc.asyncProperty(secret, secret, fc.boolean(), async (token, key, single) => {
        const text = `{ gateway: { auth: { "token": ${quote(token, single)} } }, /* {' */
          channels: { telegram: { botToken: ${quote(key, !single)}, name: "a" }, },
          models: { providers: { p: { baseUrl: 'u', models: [], apiKey: ${quote(key, single)} } } }, }`;
        const shown = redactConfig(await load(text));
        expect(shown.valid).toBe(true);
        expect(JSON.stringify(shown)).not.toContain("S3CR3T");
        expect(JSON5.parse(shown.raw ?? "")).toEqual(shown.parsed);
      }),
      { seed: 11, numRuns: 100 },
    );
  });
});
