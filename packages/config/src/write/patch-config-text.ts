import type { ArrayNode, DocumentNode, ObjectNode, ValueNode } from "@humanwhocodes/momoa";
import { ConfigError } from "../errors.ts";
import { isForbiddenKey } from "../source/parse-json5.ts";
import { isRecord } from "../source/record.ts";
import { insertItem, type ListNode, removeItem, replaceValue, splice, type TextEdit } from "./edit-source.ts";

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
  let text = source.trim() === "" ? "{}\n" : source;
  for (const change of changes) text = splice(text, await editsFor(text, change));
  return text;
}

/**
 * What one change replaces in a text that is not empty: the value or the item itself, a comma, and the blanks of its
 * line.
 *
 * @throws {ConfigError} as {@link patchConfigText}
 */
export async function editsFor(text: string, change: ConfigChange): Promise<readonly TextEdit[]> {
  checkKeys(change);
  // Loaded here only: reading a configuration, which every start does, needs no syntax tree.
  const { parse } = await import("@humanwhocodes/momoa");
  return editsIn(text, parseSource(parse, text), change);
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

function editsIn(text: string, document: DocumentNode, { path, value }: ConfigChange): readonly TextEdit[] {
  const source = { text, tokens: document.tokens ?? [] };
  let node: ValueNode = document.body;
  for (const [depth, key] of path.entries()) {
    const list = asList(node, key);
    if (list === undefined) {
      if (value === undefined) return [];
      throw new ConfigError("unsupported", `Cannot traverse into "${key}" (not an object)`);
    }
    const index = indexOf(list, key);
    const rest = path.slice(depth + 1);
    const child = list.type === "Object" ? list.members[index]?.value : list.elements[index]?.value;
    if (child === undefined) {
      return value === undefined ? [] : insertItem(source, list, { key, value: nest(rest, value) });
    }
    if (rest.length === 0) {
      return value === undefined ? removeItem(source, list, index) : replaceValue(source, child, value);
    }
    node = child;
  }
  return [];
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
