import { REDACTED } from "../show/redacted.ts";

/** Texts that stand where a secret should be: left by templates, failed expansions and copied output. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  "undefined",
  "null",
  "changeme",
  "change-me",
  REDACTED.toLowerCase(),
]);

/** The trimmed secret; blank texts and placeholders count as missing, because everybody knows them (T-AUTH-17). */
export function usableSecret(text: string | undefined): string | undefined {
  const secret = text?.trim() ?? "";
  const isPlaceholder = PLACEHOLDERS.has(secret.toLowerCase()) || /^\$\{[^}]*\}$/.test(secret);
  return secret === "" || isPlaceholder ? undefined : secret;
}
