import { type LoadedConfig, redactValue } from "@openclaw/config";

const SECRET_VARIABLE = /(?:_KEY|TOKEN|SECRET|PASSWORD|PASSWD)$/;
// Shorter values of variables are words as often as secrets, and words must stay readable in a log.
const MIN_VARIABLE_CHARS = 12;

/** Secrets of the configuration and of the environment, to be masked wherever they turn up (T-LOG-03). */
export function knownSecrets({
  parsed,
  resolved,
  env,
}: Pick<LoadedConfig, "env" | "parsed" | "resolved">): readonly string[] {
  const variables = Object.entries(env).flatMap(([name, value = ""]) =>
    SECRET_VARIABLE.test(name) && value.length >= MIN_VARIABLE_CHARS ? [value] : [],
  );
  const found = [parsed, resolved].flatMap((tree) => hiddenStrings(tree, redactValue(tree)));
  return [...new Set([...found.filter((secret) => !secret.includes("${")), ...variables])];
}

/** Strings that the redacted copy of a tree does not show. */
function hiddenStrings(tree: unknown, shown: unknown): string[] {
  if (tree === shown) return [];
  if (typeof tree === "string") return [tree];
  if (!isObject(tree) || !isObject(shown)) return [];
  return Object.entries(tree).flatMap(([key, item]) => hiddenStrings(item, shown[key]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
