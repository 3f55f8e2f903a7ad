/**
 * Makes an agent id of any text: `[a-z0-9][a-z0-9_-]{0,63}`, or `main` when nothing is left.
 * The same rule as in `@openclaw/agents`, which knows no configuration; a test of gateway-core, which knows both, compares them.
 */
export function slugAgentId(text: string): string {
  const slug = text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/gu, "-")
    .replace(/^[-_]+/u, "")
    .slice(0, 64)
    .replace(/-+$/u, "");
  return slug === "" ? "main" : slug;
}
