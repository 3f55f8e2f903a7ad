import { describe, expect, test } from "vitest";
import type { AgentsConfig } from "../config.ts";
import { formatModelRef, ModelCatalog } from "./catalog.ts";
import { parseThinkingLevel, selectModels } from "./selection.ts";
import { sampleEntry } from "../testing/samples.ts";

const local = {
  baseUrl: "http://127.0.0.1:9/v1",
  models: [
    {
      id: "m1",
      name: "Fake One",
      contextWindow: 64_000,
      input: ["text", "image"] as const,
      cost: { input: 1 },
    },
    { id: "m2", name: "Fake Two", reasoning: true },
  ],
};
const withFake: AgentsConfig = {
  agents: { defaults: { model: { primary: "fake/m1", fallbacks: ["fake/m2"] } } },
  models: { providers: { Fake: local } },
};
const catalogOf = (config: AgentsConfig, env: Record<string, string> = {}) => new ModelCatalog(config, env);
const fake = (id: string) => ({ provider: "fake", id });

describe("ModelCatalog", () => {
  test("falls back on the built-in model only while nothing is configured and no key is there", () => {
    expect(formatModelRef(catalogOf({}).defaultModel())).toBe("builtin/echo");
    expect(catalogOf({}).isOffline).toBe(true);
    expect(formatModelRef(catalogOf({}, { OPENAI_API_KEY: "k" }).defaultModel())).toMatch(/^openai\//u);
    expect(formatModelRef(catalogOf({ models: withFake.models }).defaultModel())).toBe("fake/m1");
    expect(catalogOf(withFake).isOffline).toBe(false);
    expect(catalogOf({ agents: { defaults: { model: "anthropic/x" } } }).isOffline).toBe(false);
  });

  test("reads references, aliases and bare names", () => {
    const config: AgentsConfig = {
      ...withFake,
      agents: { defaults: { model: "fake/m1", models: { "fake/m2": { alias: "Two" }, "fake/m1": {} } } },
    };
    const parse = (text: string) => {
      const ref = catalogOf(config).parse(text);
      return ref && formatModelRef(ref);
    };
    expect(parse("FAKE/m2")).toBe("fake/m2");
    expect(parse("two")).toBe("fake/m2");
    expect(parse("m9")).toBe("fake/m9");
    expect(parse("openrouter/meta/llama")).toBe("openrouter/meta/llama");
    expect(parse("opus")).toBe("anthropic/claude-opus-4-6");
    expect(parse("/x")).toBeUndefined();
    expect(parse(" ")).toBeUndefined();
  });

  test("resolves a configured model with its price, window and endpoint", () => {
    expect(catalogOf(withFake).resolve(fake("m1"))).toMatchObject({
      baseUrl: "http://127.0.0.1:9/v1",
      api: "openai-completions",
      contextWindow: 64_000,
      price: { input: 1, output: 0 },
    });
    expect(catalogOf(withFake).resolve(fake("m1"))).not.toHaveProperty("apiKey");
  });

  test("takes a key from the environment before one from the configuration", () => {
    const config: AgentsConfig = {
      models: {
        providers: { groq: { baseUrl: "https://x.test/v1", apiKey: "from-file", models: [{ id: "m" }] } },
      },
    };
    const ref = { provider: "groq", id: "m" };
    expect(catalogOf(config, { GROQ_API_KEY: "from-env" }).resolve(ref).apiKey).toBe("from-env");
    expect(catalogOf(config).resolve(ref).apiKey).toBe("from-file");
    expect(catalogOf(config).keySourceOf(ref)).toBe("api-key (models.providers.groq.apiKey)");
  });

  test("asks for a key where one is needed, and says where to put it", () => {
    const remote = { ...local, baseUrl: "https://api.example.com/v1", apiKey: { source: "env", id: "X" } };
    expect(() => catalogOf({ models: { providers: { fake: remote } } }).resolve(fake("m1"))).toThrow(
      'No API key found for provider "fake". Set models.providers.fake.apiKey.',
    );
    expect(() => catalogOf({}).resolve({ provider: "openai", id: "gpt" })).toThrow(/OPENAI_API_KEY/u);
  });

  test.each([fake("nope"), { provider: "ghost", id: "x" }, { provider: "builtin", id: "x" }])(
    "knows no model %j",
    (ref) => {
      expect(() => catalogOf(withFake).resolve(ref)).toThrow(
        expect.objectContaining({
          reason: "model_not_found",
          message: `Unknown model: ${formatModelRef(ref)}`,
        }),
      );
    },
  );

  test("lists models by provider and name, the allowed ones if there is a list", () => {
    const names = (config: AgentsConfig) => catalogOf(config).list().map(formatModelRef);
    expect(names(withFake)).toEqual(["builtin/echo", "builtin/echo-small", "fake/m1", "fake/m2"]);
    const narrowed: AgentsConfig = {
      ...withFake,
      agents: { defaults: { model: "fake/m1", models: { "openai/gpt-x": {} } } },
    };
    expect(names(narrowed)).toEqual(["fake/m1", "openai/gpt-x"]);
    expect(catalogOf(narrowed).isAllowed(fake("m2"))).toBe(false);
  });
});

describe("selectModels", () => {
  const select = (o: { config?: AgentsConfig; requested?: string; entry?: object; agent?: object } = {}) => {
    const config = o.config ?? withFake;
    const catalog = catalogOf(config);
    const requested = o.requested === undefined ? undefined : catalog.parse(o.requested);
    const entry = o.entry === undefined ? undefined : sampleEntry("k", o.entry);
    const agent = o.agent === undefined ? undefined : { id: "a", ...o.agent };
    return selectModels({ catalog, config, agent, entry, requested }).candidates.map(formatModelRef);
  };

  test("prefers the request over the session over the agent over the default", () => {
    const entry = { providerOverride: "fake", modelOverride: "m2" };
    expect(select()[0]).toBe("fake/m1");
    expect(select({ agent: { model: "fake/m2" } })[0]).toBe("fake/m2");
    expect(select({ agent: { model: "fake/m1" }, entry })[0]).toBe("fake/m2");
    expect(select({ entry, requested: "builtin/echo" })[0]).toBe("builtin/echo");
  });

  test("adds fallbacks only to a configured model, and the configured model to any other", () => {
    expect(select()).toEqual(["fake/m1", "fake/m2"]);
    expect(select({ requested: "fake/m2" })).toEqual(["fake/m2", "fake/m1"]);
    expect(select({ requested: "openai/gpt" })).toEqual(["openai/gpt", "fake/m1"]);
    expect(select({ agent: { model: { primary: "fake/m2", fallbacks: ["builtin/echo"] } } })).toEqual([
      "fake/m2",
      "builtin/echo",
    ]);
  });

  test("never lets the built-in model answer for another one", () => {
    expect(select({ config: {}, requested: "openai/gpt" })).toEqual(["openai/gpt"]);
    expect(select({ config: {} })).toEqual(["builtin/echo"]);
  });

  test("ignores a stored model that is not allowed any more", () => {
    const config: AgentsConfig = {
      ...withFake,
      agents: { defaults: { model: "fake/m1", models: { "fake/m1": {} } } },
    };
    expect(select({ config, entry: { providerOverride: "fake", modelOverride: "m2" } })).toEqual(["fake/m1"]);
  });
});

describe("parseThinkingLevel", () => {
  test.each([
    ["HIGH", "high"],
    ["on", "low"],
    ["think harder", "medium"],
    ["ultrathink", "high"],
    ["extra high", "xhigh"],
    ["off", "off"],
    ["banana", undefined],
  ])("reads %j as %s", (word, level) => {
    expect(parseThinkingLevel(word)).toBe(level);
  });
});
