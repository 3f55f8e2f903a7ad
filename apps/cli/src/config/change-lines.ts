import type { ConfigDifference } from "@openclaw/config";

/** Differences for people, one line each: `gateway.port: 1 -> 2`, `+ ui: {…}`, `- hooks: {…}`. */
export function changeLines(
  changes: readonly Pick<ConfigDifference, "from" | "path" | "to">[],
): readonly string[] {
  return changes.map(({ path, from, to }) => {
    if (from === undefined) return `+ ${path}: ${shown(to)}`;
    return to === undefined ? `- ${path}: ${shown(from)}` : `~ ${path}: ${shown(from)} -> ${shown(to)}`;
  });
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "";
}
