import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import JSON5 from "json5";
import { expect, test } from "vitest";
import { json5Text } from "../testing/json5-text.ts";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { editsFor } from "../write/patch-config-text.ts";
import { splice } from "../write/edit-source.ts";
import { planEdit } from "./plan-edit.ts";
import { saveEdit } from "./save-edit.ts";

/** Each writes to the disk and waits for it. */
const RUNS = 100;

type Tree = Readonly<Record<string, unknown>>;

/** Every key of every object, and one new key for each. */
function placesIn(tree: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return [];
  const below = Object.entries(tree).flatMap(([key, value]) => [
    [...path, key],
    ...placesIn(value, [...path, key]),
  ]);
  return [[...path, "fresh"], ...below];
}

function changed(tree: Tree, [key = "", ...rest]: readonly string[], value: unknown): Tree {
  const { [key]: old, ...others } = tree;
  if (rest.length > 0) return { ...tree, [key]: changed((old ?? {}) as Tree, rest, value) };
  return value === undefined ? others : { ...tree, [key]: value };
}

/** A text without what was edited: of the old one what gave way, of the new one what came. */
function unedited(text: string, edits: Awaited<ReturnType<typeof editsFor>>): readonly [string, string] {
  let shift = 0;
  const written = [...edits]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, text: own }) => {
      const at = start + shift;
      shift += own.length - (end - start);
      return { start: at, end: at + own.length, text: "" };
    });
  const old = splice(
    text,
    edits.map(({ start, end }) => ({ start, end, text: "" })),
  );
  return [old, splice(splice(text, edits), written)];
}

test("T-CFG-07 a set or unset in a configuration of several commented files changes one file, and there the one key", async () => {
  await using dir = await temporaryDir();
  const { paths } = dir;
  const part = join(dir.path, "part.json5");
  const sample = fc.tuple(json5Text(), json5Text(), fc.boolean(), fc.nat());
  const value = fc.constantFrom<unknown>("new", 7, { k: [1] }, undefined, undefined);
  let written = 0;
  await fc.assert(
    fc.asyncProperty(sample, value, async ([own, other, isIncluded, pick], given) => {
      const head = "// of the house\n{ gateway: { mode: 'local' }, // stays\n  skills: { own: ";
      const main = `${head}${own.text}, /* elsewhere */ part: { $include: "./part.json5" } } }\n`;
      // A text may hold what looks like a variable.
      fc.pre(!`${own.text}${other.text}`.includes("$"));
      await writeFile(paths.configPath, main);
      await writeFile(part, other.text);
      const [target, text, tree] = isIncluded
        ? ([part, other.text, other.value] as const)
        : ([paths.configPath, main, JSON5.parse<Tree>(main)] as const);
      const places = isIncluded ? placesIn(tree) : placesIn(own.value, ["skills", "own"]);
      const path = places[pick % places.length] ?? [];
      // What is new belongs to the main file, wherever its parent stands.
      fc.pre(!isIncluded || !path.includes("fresh"));
      const whole = isIncluded ? ["skills", "part", ...path] : path;

      const edit = { kind: "change", force: true, changes: () => [{ path: whole, value: given }] } as const;
      const planned = await planEdit({ paths, env: {}, edit });
      if (!planned.ok) throw new Error(planned.refusal.message);
      await saveEdit(planned.plan, { paths, writer: { pid: 1 } });
      written += 1;

      const edits = await editsFor(text, { path, value: given });
      const files = { [paths.configPath]: main, [part]: other.text, [target]: splice(text, edits) };
      for (const [file, expected] of Object.entries(files))
        expect(await readFile(file, "utf8")).toBe(expected);
      const [before, after] = unedited(text, edits);
      expect(after).toBe(before);
      expect(JSON5.parse(splice(text, edits))).toEqual(changed(tree, path, given));
    }),
    { seed: 5, numRuns: RUNS },
  );
  expect(written).toBe(RUNS);
}, 60_000);
