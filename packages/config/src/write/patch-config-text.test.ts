import { type MemberNode, parse, type ValueNode } from "@humanwhocodes/momoa";
import fc from "fast-check";
import JSON5 from "json5";
import { describe, expect, test } from "vitest";
import { json5Text } from "../testing/json5-text.ts";
import { getPath } from "../show/config-path.ts";
import { sourceValues } from "../source/source-values.ts";
import { splice, type TextEdit } from "./edit-source.ts";
import { type ConfigChange, editsFor, patchConfigText } from "./patch-config-text.ts";

const set = (path: string, value: unknown): ConfigChange => ({ path: path.split("."), value });
const remove = (path: string): ConfigChange => set(path, undefined);

describe("patchConfigText", () => {
  const text = `// household gateway
{
  gateway: {
    mode: 'local', // never remote
    port: 18789,
    auth: { token: "\${TOKEN}" },
  },
  // who answers
  agents: { $include: "./agents.json5" },
  list: [1, 2],
}
`;

  test.each<[string, ConfigChange, readonly [string, string]]>([
    ["replaces a value", set("gateway.port", 20001), ["port: 18789", "port: 20001"]],
    ["keeps single quotes", set("gateway.mode", "it's"), ["'local'", String.raw`'it\'s'`]],
    ["keeps double quotes", set("gateway.auth.token", 'a"b'), ['"${TOKEN}"', String.raw`"a\"b"`]],
    [
      "adds a key behind the last one, in the section's layout",
      set("gateway.bind", "lan"),
      ['auth: { token: "${TOKEN}" },\n', 'auth: { token: "${TOKEN}" },\n    bind: "lan",\n'],
    ],
    [
      "adds a key to a section on one line",
      set("gateway.auth.mode", "token"),
      ['{ token: "${TOKEN}" }', '{ token: "${TOKEN}", mode: "token" }'],
    ],
    [
      "creates missing parents",
      set("hooks.internal.enabled", true),
      ["list: [1, 2],\n", "list: [1, 2],\n  hooks: {\n    internal: {\n      enabled: true\n    }\n  },\n"],
    ],
    ["sets a sibling of an include", set("agents.a", 1), ['agents.json5" }', 'agents.json5", a: 1 }']],
    ["replaces an element", set("list.0", 9), ["[1, 2]", "[9, 2]"]],
    ["appends an element", set("list.2", 3), ["[1, 2]", "[1, 2, 3]"]],
    ["removes a key and its line", remove("gateway.port"), ["    port: 18789,\n", ""]],
    ["keeps the comment of a removed key", remove("gateway.mode"), ["mode: 'local', ", ""]],
    ["removes an element", remove("list.0"), ["[1, 2]", "[2]"]],
    ["removes the last element with the comma before it", remove("list.1"), ["[1, 2]", "[1]"]],
  ])("%s", async (_title, change, [before, after]) => {
    const patched = await patchConfigText(text, [change]);
    expect(patched).toBe(text.replace(before, () => after));
    expect(() => JSON5.parse(patched) as unknown).not.toThrow();
  });

  test.each<[string, string, ConfigChange, string]>([
    ["an empty file", "", set("gateway.mode", "local"), '{\n  "gateway": {\n    "mode": "local"\n  }\n}\n'],
    ["an empty object", "{}", set("a", 1), '{\n  "a": 1\n}'],
    ["an object that holds a comment only", "{\n  // none\n}\n", set("a", 1), '{\n  // none\n  "a": 1\n}\n'],
    [
      "a last key without comma, behind its comment",
      "{\n  a: 1 // one\n}",
      set("b", 2),
      "{\n  a: 1, // one\n  b: 2\n}",
    ],
    [
      "plain JSON",
      '{\n    "a": 1\n}\n',
      set("b.c", []),
      '{\n    "a": 1,\n    "b": {\n        "c": []\n    }\n}\n',
    ],
    ["Windows line ends", "{\r\n  a: 1,\r\n}\r\n", set("b", 2), "{\r\n  a: 1,\r\n  b: 2,\r\n}\r\n"],
    [
      "a list over several lines",
      "{\n  a: [\n    1,\n  ],\n}",
      set("a.1", 2),
      "{\n  a: [\n    1,\n    2,\n  ],\n}",
    ],
    [
      "old Macintosh line ends, behind the comment",
      "{\r  a: 1, // one\r}\r",
      set("b", 2),
      "{\r  a: 1, // one\r  b: 2,\r}\r",
    ],
    ["a text with a byte order mark", "\uFEFF{ a: 1 }", set("b", 2), "\uFEFF{ a: 1, b: 2 }"],
    ["keys that need quotes among keys that do not", "{ a: 1 }", set("x-y", 2), '{ a: 1, "x-y": 2 }'],
    ["words of the language as keys", "{ a: 1 }", set("null", 2), '{ a: 1, "null": 2 }'],
  ])("adds to %s", async (_title, source, change, expected) => {
    expect(await patchConfigText(source, [change])).toBe(expected);
  });

  test.each<[string, string, string, string]>([
    ["the only key", "{ a: 1 }", "a", "{  }"],
    ["the first of a line", "{ a: 1, b: 2 }", "a", "{ b: 2 }"],
    ["the last of a line", "{ a: 1, b: 2 }", "b", "{ a: 1 }"],
    ["one between comments", "{ a: 1, /* x */ b: 2, /* y */ c: 3 }", "b", "{ a: 1, /* x */ /* y */ c: 3 }"],
    ["one with a comment before its comma", "{\n  a: 1 /* x */,\n  b: 2\n}", "a", "{\n   /* x */\n  b: 2\n}"],
    ["the last of several lines", "{\n  a: 1,\n  b: {\n    c: 2\n  }\n}", "b", "{\n  a: 1\n}"],
    ["nothing, when the key is not there", "{ a: 1 }", "b.c", "{ a: 1 }"],
    ["nothing, when the path ends in a value", "{ a: 1 }", "a.b", "{ a: 1 }"],
  ])("removes %s", async (_title, source, path, expected) => {
    expect(await patchConfigText(source, [remove(path)])).toBe(expected);
  });

  test("makes many changes at once as it makes them one after the other", async () => {
    await fc.assert(
      fc.asyncProperty(
        json5Text(),
        fc.array(
          fc.tuple(fc.nat(), fc.constantFrom<unknown>("new", 7, { k: [1] }, undefined), fc.boolean()),
          { minLength: 2, maxLength: 6 },
        ),
        async (sample, picks) => {
          let text = sample.text;
          const changes: ConfigChange[] = [];
          for (const [pick, value, isNew] of picks) {
            // Places of the text as it is by then: some lie in, above or beside what was changed before.
            const places = [...placesToChange(JSON5.parse(text))];
            const known = places[pick % places.length] ?? [];
            const path = isNew || known.length === 0 ? [...known.slice(0, -1), `fresh${pick % 3}`] : known;
            const patched = await patchConfigText(text, [{ path, value }]).catch(() => undefined);
            if (patched === undefined) continue;
            changes.push({ path, value });
            text = patched;
          }
          const together = await patchConfigText(sample.text, changes);
          expect(JSON5.parse(together)).toEqual(JSON5.parse(text));
          expect(commentsOf(together)).toEqual(commentsOf(text));
        },
      ),
      { seed: 5, numRuns: 500 },
    );
  });

  test("makes thousands of changes with few looks at the text", async () => {
    const keys = Array.from({ length: 3000 }, (_, index) => `k${index}`);
    const text = `{\n${keys.map((key) => `  ${key}: 1, // ${key}\n`).join("")}}`;
    const changes = keys.flatMap((key) => [set(key, 2), set(`new-${key}`, 3)]);
    const patched = await patchConfigText(text, changes);
    expect(Object.keys(JSON5.parse(patched))).toHaveLength(6000);
    expect(patched.startsWith("{\n  k0: 2, // k0\n  k1: 2,")).toBe(true);
  });

  test("applies changes one after the other", async () => {
    const changes = [set("a", { b: 1 }), set("a.c", 2), remove("a.b")];
    expect(JSON5.parse(await patchConfigText("{}", changes))).toEqual({ a: { c: 2 } });
  });

  test.each<[string, string, ConfigChange, string]>([
    ["a text that is no JSON5", "{ a: ", set("a", 1), "The configuration text cannot be edited"],
    ["a path through a value", "{ a: 1 }", set("a.b", 1), 'Cannot traverse into "b" (not an object)'],
    ["a root that is a list", "[1]", set("a", 1), 'Expected numeric index for array segment "a"'],
    ["a name as index", "{ a: [] }", set("a.x", 1), 'Expected numeric index for array segment "x"'],
    ["a hole in a list", "{ a: [] }", set("a.1", 1), "Array index 1 is beyond the end (length 0)"],
    ["the root itself", "{}", { path: [], value: 1 }, "Path is empty."],
    [
      "T-CFG-01 a prototype key in the path",
      "{}",
      set("a.__proto__.b", 1),
      "Invalid path segment: __proto__",
    ],
    [
      "T-CFG-01 a prototype key in the value",
      "{}",
      set("a", JSON.parse('{"b":[{"__proto__":{"x":1}}]}')),
      "Invalid path segment: __proto__",
    ],
  ])("refuses %s", async (_title, source, change, message) => {
    await expect(patchConfigText(source, [change])).rejects.toMatchObject({
      name: "ConfigError",
      code: "unsupported",
      message: expect.stringContaining(message),
    });
  });

  test("T-CFG-07 parses to the changed object and keeps the bytes of all other values and comments", async () => {
    await fc.assert(
      fc.asyncProperty(
        json5Text(),
        fc.nat(),
        fc.constantFrom<unknown>("new", 7, null, { k: [1] }, undefined),
        async (sample, pick, value) => {
          const places = [...placesToChange(sample.value)];
          const path = places[pick % places.length] ?? ["fresh"];
          const patched = await patchConfigText(sample.text, [{ path, value }]);
          const expected = changed(sample.value, path, value);
          expect(JSON5.parse(patched)).toEqual(expected);
          expect(scalarsOutside(patched, path)).toEqual(
            scalarsOutside(sample.text, path).filter(([place]) => hasPath(expected, place)),
          );
          const old = getPath(sample.value, path);
          const replacesList = typeof old === "object" && old !== null;
          if (value !== undefined && !replacesList) {
            expect(commentsOf(patched)).toEqual(commentsOf(sample.text));
          }
        },
      ),
      { seed: 5, numRuns: 500 },
    );
  });

  test("T-CFG-07 leaves equal bytes when the edited ranges are cut out, and edits the item, a comma and blanks only", async () => {
    await fc.assert(
      fc.asyncProperty(
        json5Text(),
        fc.nat(),
        fc.constantFrom<unknown>("new", 7, { k: [1] }, undefined),
        async ({ text, value: tree }, pick, value) => {
          const places = [...placesToChange(tree)];
          const path = places[pick % places.length] ?? ["fresh"];
          const edits = await editsFor(text, { path, value });
          const patched = await patchConfigText(text, [{ path, value }]);
          expect(cut(patched, insertedBy(edits))).toBe(cut(text, edits));
          expect(splice(text, edits)).toBe(patched);

          const own = itemAt(text, path);
          const touched = edits.map(({ start, end }) => text.slice(start, end));
          const written = edits.map((edit) => edit.text);
          if (own === undefined) {
            // Something new: nothing but blanks gives way to it.
            expect(touched.join("").trim()).toBe("");
            const key = path.at(-1) ?? "";
            const said = value === undefined ? {} : { [key]: value };
            expect(JSON5.parse(`{${withoutCommas(written.join(""))}}`)).toEqual(said);
          } else if (value === undefined) {
            expect(written.join("")).toBe("");
            expect(touched.join("").replaceAll(/\s/g, "").replace(withoutBlanks(own.source), "")).toMatch(
              /^,?$/,
            );
          } else {
            expect(touched).toEqual([own.value]);
            expect(JSON5.parse(written.join(""))).toEqual(value);
          }
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });
});

interface Range {
  readonly start: number;
  readonly end: number;
}

function cut(text: string, ranges: readonly Range[]): string {
  return splice(
    text,
    ranges.map((range) => ({ ...range, text: "" })),
  );
}

/** Where the new pieces stand in the new text. */
function insertedBy(edits: readonly TextEdit[]): readonly Range[] {
  let shift = 0;
  return [...edits]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, text }) => {
      const at = start + shift;
      shift += text.length - (end - start);
      return { start: at, end: at + text.length };
    });
}

/** Source of the member or element at a path, and of its value, as the syntax tree has them. */
function itemAt(
  text: string,
  path: readonly string[],
): { readonly source: string; readonly value: string } | undefined {
  let item: ValueNode | MemberNode | undefined = parse(text, { mode: "json5", ranges: true }).body;
  for (const key of path) {
    const holder: ValueNode | undefined = item?.type === "Member" ? item.value : item;
    if (holder?.type !== "Object") return undefined;
    item = holder.members.find(({ name }) => (name.type === "String" ? name.value : name.name) === key);
  }
  if (item?.type !== "Member") return undefined;
  const sourceOf = ({ range: [start, end] = [0, 0] }: ValueNode | MemberNode) => text.slice(start, end);
  return { source: sourceOf(item), value: sourceOf(item.value) };
}

function withoutBlanks(text: string): string {
  return text.replaceAll(/\s/g, "");
}

/** Without the commas before and behind an item. */
function withoutCommas(text: string): string {
  return text.replace(/^[\s,]*|[\s,]*$/g, "");
}

type Tree = Readonly<Record<string, unknown>>;

/** Every key of every object, and one new key for each. */
function* placesToChange(tree: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return;
  yield [...path, "fresh"];
  for (const [key, value] of Object.entries(tree)) {
    yield [...path, key];
    yield* placesToChange(value, [...path, key]);
  }
}

function changed(tree: Tree, [key = "", ...rest]: readonly string[], value: unknown): Tree {
  const { [key]: old, ...others } = tree;
  if (rest.length === 0) return value === undefined ? others : { ...tree, [key]: value };
  return { ...tree, [key]: changed((old ?? {}) as Tree, rest, value) };
}

function hasPath(tree: unknown, place: string): boolean {
  return getPath(tree, JSON.parse(place) as string[]) !== undefined;
}

/** Place and source text of every scalar that does not stand at or below a path. */
function scalarsOutside(text: string, path: readonly string[]): readonly (readonly [string, string])[] {
  return [...sourceValues(text)]
    .filter((value) => !path.every((key, index) => value.path[index] === key))
    .map((value) => [JSON.stringify(value.path), text.slice(value.start, value.end)] as const)
    .filter(([, token]) => token !== "{" && token !== "[");
}

function commentsOf(text: string): readonly string[] {
  return [...text.matchAll(/\/\* c, \{ \} \*\/|\/\/ l: \[1\]/g)].map(([comment]) => comment);
}
