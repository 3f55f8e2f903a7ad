/** What unset variables, templates and redacted views leave behind where a secret should be. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(["undefined", "null", "changeme", "__openclaw_redacted__"]);

/**
 * The secret without surrounding blanks, or `undefined` when there is none: empty text and placeholders such as
 * `undefined` or `changeme` count as missing, so that nobody gets in by sending one (T-AUTH-17).
 */
export function usableSecret(configured: string | undefined): string | undefined {
  const secret = configured?.trim() ?? "";
  return secret === "" || PLACEHOLDERS.has(secret.toLowerCase()) ? undefined : secret;
}
