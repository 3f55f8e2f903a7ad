import { createHash } from "node:crypto";
import type { RunKind } from "./types.ts";

const MAX_DEPTH = 64;

/** Fingerprint of a request: equal for equal parameters, whatever the order of their keys. */
export function digestOf(kind: RunKind, params: unknown): string {
  return createHash("sha256")
    .update(`${kind}\n${canonicalJson(params, 0)}`)
    .digest("hex");
}

function canonicalJson(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) return "…";
  if (Array.isArray(value))
    return `[${value.map((item: unknown) => canonicalJson(item, depth + 1)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field, depth + 1)}`).join(",")}}`;
}
