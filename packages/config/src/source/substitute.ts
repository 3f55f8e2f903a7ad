import type { Env } from "../environment.ts";
import type { ConfigIssue } from "../snapshot.ts";
import { mapParts } from "./record.ts";

/** A tree with its variables filled in, and one issue for each that has no value. */
export interface Substitution {
  readonly value: unknown;
  readonly issues: readonly ConfigIssue[];
}

const REFERENCE = /\$(\$?)\{([A-Z_][A-Z0-9_]*)\}/g;

/**
 * Replaces `${NAME}` in every string value by the variable's text; `$${NAME}` stands for a literal `${NAME}`.
 * Unset and empty variables are issues: a secret that silently becomes empty would open a door.
 *
 * Docs: configuration.md#variables
 */
export function substitute(tree: unknown, env: Env): Substitution {
  const issues: ConfigIssue[] = [];
  const visit = (value: unknown, path: string, shown: string): unknown => {
    if (typeof value === "string") {
      if (!value.includes("${")) return value;
      return value.replace(REFERENCE, (whole, escape: string, name: string) => {
        if (escape !== "") return whole.slice(1);
        const found = env[name];
        if (found) return found;
        issues.push({ path, message: `Missing env var "${name}" referenced at config path: ${shown}` });
        return whole;
      });
    }
    const isList = Array.isArray(value);
    return mapParts(value, (part, key) =>
      visit(part, join(path, key), isList ? `${shown}[${key}]` : join(shown, key)),
    );
  };
  return { value: visit(tree, "", ""), issues };
}

/** Names of the variables that a text refers to. */
export function referencedVariables(text: string): readonly string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, escape, name]) => (escape || !name ? [] : [name]));
}

/** Whether a string is nothing but one variable reference. */
export function isReference(text: string): boolean {
  return /^\$\{[A-Z_][A-Z0-9_]*\}$/.test(text);
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
