import { describe, expect, test } from "vitest";
import { PROGRAM_VERSION } from "../version.ts";
import { findWarnings } from "./find-warnings.ts";

const warningsOf = (tree: unknown) => findWarnings(tree).map(({ path, message }) => `${path}: ${message}`);

describe("findWarnings", () => {
  test("tells when a newer version wrote the file", () => {
    expect(warningsOf({ meta: { lastTouchedVersion: "2099.1.2" } })).toEqual([
      `meta.lastTouchedVersion: Config was last written by a newer OpenClaw (2099.1.2); current version is ${PROGRAM_VERSION}.`,
    ]);
    expect(warningsOf({ meta: { lastTouchedVersion: PROGRAM_VERSION } })).toEqual([]);
  });

  test("tells that the main session has one name", () => {
    expect(warningsOf({ session: { mainKey: "mine" } })).toEqual([
      'session.mainKey: session.mainKey is ignored; main session is always "main".',
    ]);
    expect(warningsOf({ session: { mainKey: "main" } })).toEqual([]);
  });

  test("tells which plugins are not there, unless they are switched off", () => {
    const plugins = {
      allow: ["telegram", "ghost"],
      entries: { phantom: { enabled: true }, sleeper: { enabled: false }, irc: {} },
    };
    expect(warningsOf({ plugins })).toEqual([
      "plugins.entries.phantom: plugin not found: phantom",
      "plugins.allow.1: plugin not found: ghost",
    ]);
    expect(warningsOf({ plugins: { ...plugins, enabled: false } })).toEqual([]);
  });

  test.each([
    null,
    7,
    [],
    { meta: 1, plugins: { entries: [], allow: {} } },
    { meta: { lastTouchedVersion: 3 } },
  ])("has nothing to say about %j", (tree) => expect(findWarnings(tree)).toEqual([]));
});
