import type { ArrayNode, DocumentNode, ObjectNode, ValueNode } from "@humanwhocodes/momoa";
import { ConfigError } from "../errors.ts";
import { isForbiddenKey } from "../source/forbidden-key.ts";
import { outline } from "../source/outline.ts";
import { parseJson5InTurns } from "../source/parse-json5.ts";
import { isRecord } from "../source/record.ts";
import { Turn } from "../source/turn.ts";
import {
  insertItems,
  type ListNode,
  type NewItem,
  removeItem,
  replaceValue,
  splice,
  type TextEdit,
} from "./edit-source.ts";

/** One edit: set the value at a path, or remove the key when `value` is undefined. */
export interface ConfigChange {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Edits a configuration text in place: only the named values change, while comments, order, quotes, `${VAR}`
 * and `$include` of everything else keep their bytes. An empty text becomes a new file.
 *
 * Docs: configuration.md#writing
 *
 * @throws {ConfigError} unsupported: the text is no JSON5 object, or a path leads through a value that has no keys
 */
export async function patchConfigText(source: string, changes: readonly ConfigChange[]): Promise<string> {
  changes.forEach(checkKeys);
  // Loaded here only: reading a configuration, which every start does, needs no syntax tree.
  const { parse } = await import("@humanwhocodes/momoa");
  const paths = changes.map(({ path }) => path);
  let text = source.trim() === "" ? "{}\n" : source;
  let batch = await newBatch(parse, { text, paths });
  for (const change of changes) {
    if (batch.add(change)) continue;
    text = splice(text, batch.edits());
    batch = await newBatch(parse, { text, paths });
    batch.add(change);
  }
  return splice(text, batch.edits());
}

/**
 * What one change replaces in a text that is not empty: the value or the item itself, a comma, and the blanks of its
 * line.
 *
 * @throws {ConfigError} as {@link patchConfigText}
 */
export async function editsFor(text: string, change: ConfigChange): Promise<readonly TextEdit[]> {
  checkKeys(change);
  const { parse } = await import("@humanwhocodes/momoa");
  const batch = await newBatch(parse, { text, paths: [change.path] });
  batch.add(change);
  return batch.edits();
}

/** Changes that one syntax tree is enough for: parsing a long text anew for each of many would take minutes. */
interface Batch {
  /** False when the change depends on one that is in the batch already. */
  add(change: ConfigChange): boolean;
  edits(): readonly TextEdit[];
}

interface Draft {
  readonly text: string;
  /** Where the changes are that may be added. */
  readonly paths: readonly (readonly string[])[];
}

async function newBatch(parse: Parse, { text, paths }: Draft): Promise<Batch> {
  const document = parseSource(parse, await withoutDetails(text, paths));
  const source = { text, tokens: document.tokens ?? [] };
  const edits: TextEdit[] = [];
  const inserts = new Map<ListNode, NewItem[]>();
  /** Lists that lose items, and those whose items are counted: nothing else may be done to them. */
  const settled = new Set<ListNode>();
  const changed = new Set<string>();
  const parents = new Set<string>();

  /** Whether a place is neither changed, nor part of what is, nor has parts that are. */
  const isFree = (path: readonly string[]) =>
    !parents.has(placeOf(path)) && path.every((_, depth) => !changed.has(placeOf(path.slice(0, depth + 1))));
  const occupy = (path: readonly string[]) => {
    changed.add(placeOf(path));
    path.forEach((_, depth) => parents.add(placeOf(path.slice(0, depth))));
  };
  return {
    add: ({ path, value }) => {
      // Before the tree is asked: what is no longer as the tree says may look like a mistake of the caller.
      if (!isFree(path)) return false;
      const step = stepIn(document.body, { path, value }, (list) => settled.has(list));
      if (step === undefined) return true;
      if (step === "unsettled" || !isFree(path.slice(0, step.depth + 1))) return false;
      if (
        step.kind !== "replace" &&
        (settled.has(step.list) || (step.kind === "remove" && inserts.has(step.list)))
      )
        return false;
      occupy(path.slice(0, step.depth + 1));
      if (step.kind === "replace") edits.push(...replaceValue(source, step.node, value));
      else if (step.kind === "remove") edits.push(...removeItem(source, step.list, step.index));
      else inserts.set(step.list, [...(inserts.get(step.list) ?? []), step.item]);
      if (step.kind !== "replace" && (step.kind === "remove" || step.list.type === "Array"))
        settled.add(step.list);
      return true;
    },
    edits: () => [...edits, ...[...inserts].flatMap(([list, items]) => insertItems(source, list, items))],
  };
}

function placeOf(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** Most of a long text is of no concern, and its syntax tree would be the work of half a second. */
async function withoutDetails(text: string, paths: Draft["paths"]): Promise<string> {
  // The outline is made of valid texts only; what is wrong with others is said about the whole.
  return (await parseJson5InTurns(text, new Turn())).ok ? outline(text, paths) : text;
}

type Parse = (text: string, options: { mode: "json5"; ranges: true; tokens: true }) => DocumentNode;

function parseSource(parse: Parse, text: string): DocumentNode {
  try {
    return parse(text, { mode: "json5", ranges: true, tokens: true });
  } catch (cause) {
    throw new ConfigError("unsupported", `The configuration text cannot be edited: ${String(cause)}`, {
      cause,
    });
  }
}

function checkKeys({ path, value }: ConfigChange): void {
  const forbidden = path.find(isForbiddenKey) ?? forbiddenKeyIn(value);
  if (forbidden !== undefined) throw new ConfigError("unsupported", `Invalid path segment: ${forbidden}`);
  if (path.length === 0) throw new ConfigError("unsupported", "Path is empty.");
}

function forbiddenKeyIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(forbiddenKeyIn).find((key) => key !== undefined);
  if (!isRecord(value)) return undefined;
  return Object.keys(value).find(isForbiddenKey) ?? forbiddenKeyIn(Object.values(value));
}

/** What a change does to the tree, and how many segments of its path the tree has. */
type Step = { readonly depth: number } & (
  | { readonly kind: "replace"; readonly node: ValueNode }
  | { readonly kind: "remove"; readonly list: ListNode; readonly index: number }
  | { readonly kind: "insert"; readonly list: ListNode; readonly item: NewItem }
);

/** The step of one change; undefined when nothing changes, `unsettled` when its list is no longer as the tree says. */
function stepIn(
  root: ValueNode,
  { path, value }: ConfigChange,
  isSettled: (list: ListNode) => boolean,
): Step | "unsettled" | undefined {
  let node = root;
  for (const [depth, key] of path.entries()) {
    const list = asList(node, key);
    if (list === undefined) {
      if (value === undefined) return undefined;
      throw new ConfigError("unsupported", `Cannot traverse into "${key}" (not an object)`);
    }
    if (list.type === "Array" && isSettled(list)) return "unsettled";
    const index = indexOf(list, key);
    const rest = path.slice(depth + 1);
    const child = list.type === "Object" ? list.members[index]?.value : list.elements[index]?.value;
    if (child === undefined) {
      if (value === undefined) return undefined;
      return { kind: "insert", depth, list, item: { key, value: nest(rest, value) } };
    }
    if (rest.length === 0) {
      return value === undefined
        ? { kind: "remove", depth, list, index }
        : { kind: "replace", depth, node: child };
    }
    node = child;
  }
  return undefined;
}

function asList(node: ValueNode, key: string): ListNode | undefined {
  if (node.type === "Array" && !/^\d+$/.test(key)) {
    throw new ConfigError("unsupported", `Expected numeric index for array segment "${key}"`);
  }
  return node.type === "Object" || node.type === "Array" ? node : undefined;
}

/** Position of a key among the members, or of an element; the length of the list when it is not there. */
function indexOf(list: ObjectNode | ArrayNode, key: string): number {
  if (list.type === "Array") {
    const index = Number(key);
    if (index > list.elements.length) {
      throw new ConfigError(
        "unsupported",
        `Array index ${key} is beyond the end (length ${list.elements.length})`,
      );
    }
    return index;
  }
  const names = list.members.map(({ name }) => (name.type === "String" ? name.value : name.name));
  return names.includes(key) ? names.indexOf(key) : names.length;
}

/** Wraps a value in the parents that are still missing: a list when the next segment is an index. */
function nest(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner, key) => (key === "0" ? [inner] : { [key]: inner }), value);
}
