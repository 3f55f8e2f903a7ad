import { getPath } from "../show/config-path.ts";
import type { ConfigIssue } from "../snapshot.ts";
import { isRecord } from "../source/record.ts";

/** Share of the settings that one write may take away. */
const MAX_LOSS = 0.5;

/**
 * What a write would destroy that nobody destroys on purpose: the mode, without which no gateway starts, or more than
 * half of all settings (T-CFG-09). Both trees are resolved ones.
 */
export function losses(before: unknown, after: unknown): readonly ConfigIssue[] {
  const modePath = ["gateway", "mode"];
  const losesMode = getPath(before, modePath) !== undefined && getPath(after, modePath) === undefined;
  const settings = leaves(before, []);
  const lost = settings.filter((path) => getPath(after, path) === undefined).length;
  return [
    ...(losesMode ? [{ path: "gateway.mode", message: "this write removes gateway.mode" }] : []),
    ...(lost > settings.length * MAX_LOSS
      ? [{ path: "", message: `this write drops ${lost} of ${settings.length} settings` }]
      : []),
  ];
}

/** Paths of everything that has no parts. */
function leaves(tree: unknown, path: readonly string[]): (readonly string[])[] {
  if (!Array.isArray(tree) && !isRecord(tree)) return [path];
  const entries = Object.entries(tree);
  return entries.length === 0 && path.length > 0
    ? [path]
    : entries.flatMap(([key, value]) => leaves(value, [...path, key]));
}
