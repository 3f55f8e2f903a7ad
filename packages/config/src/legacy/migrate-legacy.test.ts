import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyChanges } from "../edit/merge-patch.ts";
import { isRecord } from "../source/record.ts";
import { validateConfig } from "../validate.ts";
import { findLegacy } from "./find-legacy.ts";
import { LEGACY_KEYS } from "./legacy-keys.ts";
import { migrateLegacy } from "./migrate-legacy.ts";

/** What each row of the table is about, before and after. */
const ROWS: readonly (readonly [about: string, before: object, after: object])[] = [
  [
    "a channel beside the channels",
    { telegram: { botToken: "${T}", enabled: true }, channels: { telegram: { enabled: false } } },
    { channels: { telegram: { botToken: "${T}", enabled: false } } },
  ],
  [
    "channels without the section",
    { whatsapp: {}, discord: {}, slack: {}, signal: {}, imessage: {}, msteams: {} },
    { channels: { whatsapp: {}, discord: {}, slack: {}, signal: {}, imessage: {}, msteams: {} } },
  ],
  [
    "an answer for all groups of telegram",
    { telegram: { requireMention: false } },
    { channels: { telegram: { groups: { "*": { requireMention: false } } } } },
  ],
  [
    "who may write, of the only channel there was",
    { routing: { allowFrom: ["+1"] }, channels: { whatsapp: {} } },
    { channels: { whatsapp: { allowFrom: ["+1"] } } },
  ],
  ["who may write, without that channel", { routing: { allowFrom: ["+1"] } }, {}],
  [
    "mentions in groups, of the channels that are there",
    {
      routing: { groupChat: { requireMention: true, mentionPatterns: ["@a"] } },
      channels: { telegram: {}, imessage: { groups: { "*": { requireMention: false } } } },
    },
    {
      channels: {
        telegram: { groups: { "*": { requireMention: true } } },
        imessage: { groups: { "*": { requireMention: false } } },
      },
      messages: { groupChat: { mentionPatterns: ["@a"] } },
    },
  ],
  [
    "bindings, behind those that are there",
    {
      routing: { bindings: [{ agentId: "b", match: { provider: "irc", accountID: "x" } }] },
      bindings: [{ agentId: "a", match: { channel: "irc" } }],
    },
    {
      bindings: [
        { agentId: "a", match: { channel: "irc" } },
        { agentId: "b", match: { channel: "irc", accountId: "x" } },
      ],
    },
  ],
  [
    "agents by name, and which is the default",
    {
      routing: {
        agents: { a: { name: "A", mentionPatterns: ["@a"] }, b: { name: "B" } },
        defaultAgentId: "b",
      },
      agents: { list: [{ id: "a", name: "mine" }] },
    },
    {
      agents: {
        list: [
          { id: "a", name: "mine", groupChat: { mentionPatterns: ["@a"] } },
          { id: "b", name: "B", default: true },
        ],
      },
    },
  ],
  [
    "the rest of the routing",
    {
      routing: {
        agentToAgent: { enabled: true },
        queue: { mode: "collect", byProvider: { irc: "queue" } },
        groupChat: {},
        transcribeAudio: { command: ["whisper", "{file}"], timeoutSeconds: 9 },
      },
    },
    {
      tools: {
        agentToAgent: { enabled: true },
        media: {
          audio: { models: [{ type: "cli", command: "whisper", args: ["{file}"], timeoutSeconds: 9 }] },
        },
      },
      messages: { queue: { mode: "collect", byChannel: { irc: "queue" } } },
    },
  ],
  [
    "the only agent there was",
    {
      agent: {
        model: "p/one",
        modelFallbacks: ["p/two"],
        imageModel: "p/eye",
        imageModelFallbacks: ["p/eyes"],
        allowedModels: ["p/one", "p/two"],
        modelAliases: { quick: "p/two" },
        heartbeat: { every: "1h" },
        tools: { deny: ["exec"] },
        bash: { timeoutSec: 5 },
        elevated: { enabled: true },
        sandbox: { mode: "all", tools: { deny: ["read"] } },
        subagents: { maxConcurrent: 2, tools: { deny: ["write"] } },
      },
    },
    {
      agents: {
        defaults: {
          model: { primary: "p/one", fallbacks: ["p/two"] },
          imageModel: { primary: "p/eye", fallbacks: ["p/eyes"] },
          models: { "p/one": {}, "p/two": { alias: "quick" } },
          heartbeat: { every: "1h" },
          sandbox: { mode: "all" },
          subagents: { maxConcurrent: 2 },
        },
      },
      tools: {
        deny: ["exec"],
        exec: { timeoutSec: 5 },
        elevated: { enabled: true },
        sandbox: { tools: { deny: ["read"] } },
        subagents: { tools: { deny: ["write"] } },
      },
    },
  ],
  [
    "who the only agent was",
    { identity: { name: "Alba" } },
    { agents: { list: [{ id: "main", identity: { name: "Alba" } }] } },
  ],
  [
    "who the default agent is",
    {
      identity: { name: "Alba", emoji: "x" },
      agents: { list: [{ id: "a" }, { id: "b", default: true, identity: { name: "B" } }] },
    },
    { agents: { list: [{ id: "a" }, { id: "b", default: true, identity: { name: "B", emoji: "x" } }] } },
  ],
  [
    "sections that have moved",
    {
      memorySearch: { enabled: true },
      tools: { bash: { timeoutSec: 1 } },
      audio: { transcription: { command: ["w"] }, other: 1 },
    },
    {
      agents: { defaults: { memorySearch: { enabled: true } } },
      tools: {
        exec: { timeoutSec: 1 },
        media: { audio: { models: [{ type: "cli", command: "w", args: [] }] } },
      },
      audio: { other: 1 },
    },
  ],
  [
    "the token of the gateway",
    { gateway: { token: "t" } },
    { gateway: { auth: { mode: "token", token: "t" } } },
  ],
  [
    "the token of a gateway that has a mode and a token",
    { gateway: { token: "old", auth: { mode: "password", token: "new" } } },
    { gateway: { auth: { mode: "password", token: "new" } } },
  ],
  [
    "speech",
    { messages: { tts: { enabled: true, provider: "edge" } } },
    { messages: { tts: { auto: "always", provider: "edge" } } },
  ],
  [
    "providers in conditions",
    { session: { sendPolicy: { rules: [{ action: "deny", match: { provider: "irc" } }] } } },
    { session: { sendPolicy: { rules: [{ action: "deny", match: { channel: "irc" } }] } } },
  ],
  [
    "how answers are streamed",
    {
      channels: {
        telegram: {
          streamMode: "block",
          streaming: true,
          accounts: { a: { streamMode: "partial" }, b: { streaming: true } },
        },
        discord: {
          streaming: false,
          accounts: { a: { streaming: true }, b: { streamMode: "block" } },
        },
        slack: {
          streaming: false,
          streamMode: "append",
          accounts: { a: { streamMode: "off", streaming: true } },
        },
      },
    },
    {
      channels: {
        telegram: {
          streaming: "block",
          accounts: { a: { streaming: "partial" }, b: { streaming: "partial" } },
        },
        discord: {
          streaming: "off",
          accounts: { a: { streaming: "partial" }, b: { streaming: "block" } },
        },
        slack: {
          nativeStreaming: false,
          streaming: "block",
          accounts: { a: { streaming: "off", nativeStreaming: true } },
        },
      },
    },
  ],
  [
    "how answers are streamed, said in one way",
    { channels: { telegram: { streaming: true }, discord: { streamMode: "partial" } } },
    { channels: { telegram: { streaming: "partial" }, discord: { streaming: "partial" } } },
  ],
  [
    "a login that is no token any more",
    { auth: { profiles: { "anthropic:claude-cli": { provider: "anthropic", mode: "token" } } } },
    { auth: { profiles: { "anthropic:claude-cli": { provider: "anthropic", mode: "oauth" } } } },
  ],
];

describe("migrateLegacy", () => {
  test.each(ROWS)("brings up to date: %s", (_about, before, after) => {
    const { tree, changes } = migrateLegacy(before);
    expect(tree).toEqual(after);
    expect(applyChanges(before, changes)).toEqual(after);
    expect(findLegacy(tree)).toEqual([]);
    expect(validateConfig(tree)).toMatchObject({ ok: true });
  });

  test("has an example for every row that can be moved", () => {
    const notes = ROWS.flatMap(([, before]) => migrateLegacy(before).notes);
    const unseen = LEGACY_KEYS.filter(({ old, move }) => {
      const key = old.replace(/[.*]/g, "\\$&").replace(/<\w+>/g, "[^. ]+");
      const note = new RegExp(`^(Moved|Merged|Removed|Changed the value of) ${key}( |\\.$)`);
      return move !== "stays" && !notes.some((each) => note.test(each));
    });
    expect(unseen.map(({ old }) => old)).toEqual([]);
  });

  test.each([
    ["a removed section, which is for its operator to delete", { bridge: { enabled: true } }],
    ["a word nobody knows", { channels: { telegram: { streamMode: "sideways" } } }],
    ["a place that is taken by something else", { gateway: { token: "t", auth: "none" } }],
    ["a list that is none", { routing: { agents: { a: {} } }, agents: { list: {} } }],
    ["a command that is none", { audio: { transcription: { command: "whisper" } } }],
    ["a key below an old section that nobody knows", { routing: { unheardOf: 1 } }],
  ])("leaves %s", (_what, before) => {
    expect(migrateLegacy(before)).toMatchObject({ changes: [], notes: [], tree: before });
  });

  test("says what it did without a value", () => {
    const before = {
      gateway: { token: "s3cret" },
      routing: { allowFrom: ["+1555"] },
      agent: { model: "p/m" },
      agents: { defaults: { model: "p/n" } },
    };
    expect(migrateLegacy(before).notes).toEqual([
      "Removed routing.allowFrom.",
      "Removed routing.",
      "Merged agent.model into agents.defaults.model; what stands there stays.",
      "Removed agent.",
      "Moved gateway.token to gateway.auth.token.",
    ]);
  });

  test("T-CFG-01 lets no key of an old section reach a prototype", () => {
    const before: unknown = JSON.parse(`{
      "telegram": {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}},
      "channels": {"telegram": {}},
      "routing": {"agents": {"__proto__": {"polluted": 1}, "a": {"__proto__": {"polluted": 1}}}},
      "agent": {"__proto__": {"polluted": 1}, "allowedModels": ["__proto__"], "modelAliases": {"polluted": "__proto__"}}
    }`);
    const { tree } = migrateLegacy(before);
    expect(Object.getOwnPropertyDescriptor(Object.prototype, "polluted")).toBeUndefined();
    for (const node of objectsOf(tree)) {
      expect(Object.getPrototypeOf(node)).toBe(Array.isArray(node) ? Array.prototype : Object.prototype);
    }
  });

  test("does the same twice as once, and never touches a value that no row is about", () => {
    fc.assert(
      fc.property(treeWithOldKeys(), (before) => {
        const once = migrateLegacy(before);
        const twice = migrateLegacy(once.tree);
        expect(twice.changes).toEqual([]);
        expect(twice.tree).toEqual(once.tree);
        for (const { path, value } of leavesOf(before)) {
          if (isAboutOldKey(path)) continue;
          // A lone model becomes the first of several.
          const places = [path, [...path, "primary"]].map((place) => valueAt(once.tree, place));
          expect(places, path.join(".")).toContainEqual(value);
        }
      }),
      { seed: 15, numRuns: 1000 },
    );
  });

  test("keeps every value of a section that moves, wherever it goes", () => {
    const moved = ["telegram", "agent", "memorySearch"];
    fc.assert(
      fc.property(
        fc.constantFrom(...moved),
        fc.uniqueArray(fc.stringMatching(/^[a-z]{6}$/), { minLength: 1 }),
        (name, keys) => {
          const before = { [name]: Object.fromEntries(keys.map((key) => [`k${key}`, `value of ${key}`])) };
          const texts = leavesOf(migrateLegacy(before).tree).map(({ value }) => value);
          expect(texts.sort()).toEqual(keys.map((key) => `value of ${key}`).sort());
        },
      ),
      { seed: 15 },
    );
  });
});

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

function leavesOf(tree: unknown, path: readonly string[] = []): Leaf[] {
  if (!isRecord(tree) && !Array.isArray(tree)) return [{ path, value: tree }];
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => leavesOf(value, [...path, key]));
}

function objectsOf(tree: unknown): object[] {
  if (!isRecord(tree) && !Array.isArray(tree)) return [];
  return [tree, ...Object.values(tree).flatMap(objectsOf)];
}

function valueAt(tree: unknown, path: readonly string[]): unknown {
  return leavesOf(tree).find((leaf) => leaf.path.join("\0") === path.join("\0"))?.value;
}

/** Whether a value stands at an old key or below one. */
function isAboutOldKey(path: readonly string[]): boolean {
  return LEGACY_KEYS.some(({ old }) => {
    const pattern = old.split(".");
    return (
      pattern.length <= path.length && pattern.every((key, at) => key.startsWith("<") || key === path[at])
    );
  });
}

/** Trees in which old keys, their places of today, and others stand side by side, with values of every kind. */
function treeWithOldKeys(): fc.Arbitrary<unknown> {
  const paths = LEGACY_KEYS.flatMap(({ old, now }) => [old, now ?? old]).map((path) =>
    path.split(".").map((key) => (key === "<n>" ? "0" : key.replace("[]", "").replace(/^<.*>$/, "x"))),
  );
  const others = [
    ["gateway", "port"],
    ["agents", "list", "0", "id"],
    ["channels", "telegram", "x"],
    ["ui", "x"],
  ];
  const value = fc.oneof(
    fc.constantFrom<unknown>("text", "block", true, false, 7, null, [], {}),
    fc.constantFrom<unknown>(
      { x: 1 },
      { command: ["a"] },
      ["p/m"],
      [{ id: "x" }],
      { a: { name: "A" } },
      { a: "p/m" },
    ),
  );
  // One object in two places would be changed in both.
  const fresh = value.map((item) => structuredClone(item));
  return fc
    .array(fc.tuple(fc.constantFrom(...paths, ...others), fresh), { minLength: 1, maxLength: 8 })
    .map((entries) => entries.reduce<unknown>((tree, [path, item]) => planted(tree, path, item), {}));
}

/** A copy of the tree with a value planted; what is in the way stays. */
function planted(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return tree ?? value;
  if (key === "0") {
    const items: readonly unknown[] | undefined =
      tree === undefined ? [] : Array.isArray(tree) ? tree : undefined;
    return items === undefined ? tree : [planted(items[0], rest, value), ...items.slice(1)];
  }
  if (tree !== undefined && !isRecord(tree)) return tree;
  return { ...tree, [key]: planted(tree?.[key], rest, value) };
}
