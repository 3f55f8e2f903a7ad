import { describe, expect, test } from "vitest";
import { applyDefaults, expandHomePaths } from "./defaults.ts";

describe("applyDefaults", () => {
  test("fills in an empty configuration", () => {
    expect(applyDefaults({})).toEqual({
      agents: { defaults: { maxConcurrent: 4, subagents: { maxConcurrent: 8 } } },
      commands: { native: "auto", nativeSkills: "auto", restart: true, ownerDisplay: "raw" },
      messages: { ackReactionScope: "group-mentions" },
    });
  });

  test("lets the file win", () => {
    const config = applyDefaults({
      agents: { defaults: { maxConcurrent: 1 } },
      commands: { restart: false },
      messages: { ackReactionScope: "all" },
      logging: { redactSensitive: "off" },
    });
    expect(config).toMatchObject({
      agents: { defaults: { maxConcurrent: 1 } },
      commands: { restart: false, native: "auto" },
      messages: { ackReactionScope: "all" },
      logging: { redactSensitive: "off" },
    });
  });

  test("adds nothing to the gateway section", () => {
    expect(applyDefaults({ gateway: { port: 1 } }).gateway).toEqual({ port: 1 });
  });

  test("gives channels their policies and accounts none, so that accounts inherit first", () => {
    const config = applyDefaults({
      channels: {
        defaults: { groupPolicy: "open" },
        irc: { accounts: { a: {} } },
        slack: { dmPolicy: "open" },
      },
    });
    expect(config.channels).toEqual({
      defaults: { groupPolicy: "open" },
      irc: { dmPolicy: "pairing", groupPolicy: "open", accounts: { a: {} } },
      slack: { dmPolicy: "open", groupPolicy: "open" },
    });
  });

  test("completes models, with output limits inside the context window", () => {
    const config = applyDefaults({
      models: {
        providers: { anthropic: { baseUrl: "u", models: [{ id: "m", name: "M", contextWindow: 4000 }] } },
      },
    });
    expect(config.models?.providers?.["anthropic"]).toEqual({
      baseUrl: "u",
      api: "anthropic-messages",
      models: [
        {
          id: "m",
          name: "M",
          api: "anthropic-messages",
          reasoning: false,
          input: ["text"],
          cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
          contextWindow: 4000,
          maxTokens: 4000,
        },
      ],
    });
  });

  test("knows one main session only", () => {
    expect(applyDefaults({ session: { mainKey: "other" } }).session).toEqual({ mainKey: "main" });
  });
});

describe("expandHomePaths", () => {
  test("expands strings under keys that name paths, wherever they stand", () => {
    const tree = {
      workspace: "~/w",
      agentDir: "~",
      tokenFile: "~\\t",
      load: { paths: ["~/a", "b"] },
      prompt: "~/not a path",
      names: ["~/n"],
    };
    expect(expandHomePaths(tree, "/h")).toEqual({
      workspace: "/h/w",
      agentDir: "/h",
      tokenFile: expect.stringMatching(/^\/h/),
      load: { paths: ["/h/a", "b"] },
      prompt: "~/not a path",
      names: ["~/n"],
    });
  });
});
