import { KNOWN_CHANNELS } from "../schema/channels.ts";
import { getPath } from "../show/config-path.ts";
import { newerWriter, PROGRAM_VERSION } from "../version.ts";
import { issue, type RuleIssue, toRecord } from "./rule.ts";

/** Says what may not be as its author thinks, of a tree that need not be valid. Docs: configuration.md#warnings */
export function findWarnings(tree: unknown): readonly RuleIssue[] {
  return [...newerFile(tree), ...ignoredMainKey(tree), ...missingPlugins(tree)];
}

/** Keys that this version does not know may be those of the next. */
function newerFile(tree: unknown): readonly RuleIssue[] {
  const path = ["meta", "lastTouchedVersion"];
  const version = newerWriter(tree);
  if (version === undefined) return [];
  const text = `Config was last written by a newer OpenClaw (${version}); current version is ${PROGRAM_VERSION}.`;
  return [issue(path, text)];
}

function ignoredMainKey(tree: unknown): readonly RuleIssue[] {
  const path = ["session", "mainKey"];
  const key = getPath(tree, path);
  const isIgnored = typeof key === "string" && key.trim() !== "main";
  return isIgnored ? [issue(path, 'session.mainKey is ignored; main session is always "main".')] : [];
}

/** A warning only: a file may name plugins of a machine it also serves. */
function missingPlugins(tree: unknown): readonly RuleIssue[] {
  if (getPath(tree, ["plugins", "enabled"]) === false) return [];
  const entries = Object.entries(toRecord(getPath(tree, ["plugins", "entries"])));
  const named = [
    ...entries.flatMap(([id, entry]) =>
      toRecord(entry)["enabled"] === false ? [] : [{ id, place: ["plugins", "entries", id] }],
    ),
    ...listed(tree, ["plugins", "allow"]),
  ];
  return named
    .filter(({ id }) => !KNOWN_CHANNELS.some((channel) => channel === id))
    .map(({ id, place }) => issue(place, `plugin not found: ${id}`));
}

function listed(
  tree: unknown,
  path: readonly string[],
): readonly { readonly id: string; readonly place: readonly string[] }[] {
  const items: unknown = getPath(tree, path);
  const ids: readonly unknown[] = Array.isArray(items) ? items : [];
  return ids.flatMap((id, index) =>
    typeof id === "string" ? [{ id, place: [...path, String(index)] }] : [],
  );
}
