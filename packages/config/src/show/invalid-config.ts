import { displayPath, type Paths } from "../paths.ts";
import { startFailure } from "../settings/start-failures.ts";
import type { ConfigIssue, ConfigSnapshot } from "../snapshot.ts";
import { isUnknownKey } from "../validate.ts";

/**
 * Lines that every command prints on stderr before it refuses, or works around, an invalid file.
 *
 * @param program how the command is typed to mean the same instance again
 */
export function invalidConfigLines(
  snapshot: Pick<ConfigSnapshot, "issues" | "legacyIssues" | "path">,
  paths: Pick<Paths, "home">,
  program = "openclaw",
): readonly [string, ...string[]] {
  const file = displayPath(snapshot.path, paths.home);
  const issues = snapshot.issues.map((issue) => `- ${issueLine(issue)}`);
  const { lines } = startFailure("invalid-config", { path: snapshot.path }, [
    ...issues,
    "Config invalid",
    `File: ${file}`,
    "Problem:",
    ...snapshot.issues.map((issue) => `  - ${issueLine(issue, file)}`),
    ...legacyLines(snapshot),
    "",
    `Run: ${program} doctor --fix`,
  ]);
  return lines;
}

/** What mends an invalid file, the words after the command's name: the doctor, or an editor where only the operator knows. */
export function invalidConfigFix({
  issues,
  legacyIssues,
  parsed,
}: Pick<ConfigSnapshot, "issues" | "legacyIssues" | "parsed">): string {
  const canRepair = parsed === null || legacyIssues.length > 0 || issues.every(isUnknownKey);
  return canRepair ? "doctor --fix" : "config edit";
}

function legacyLines({ legacyIssues }: Pick<ConfigSnapshot, "legacyIssues">): readonly string[] {
  if (legacyIssues.length === 0) return [];
  return ["Legacy config keys detected:", ...legacyIssues.map(({ path }) => `  - ${path}`)];
}

/** `gateway.port: Invalid input: … (line 3)`; with a file `(~/openclaw.json:3)`, which editors and terminals open. */
export function issueLine(issue: ConfigIssue, file?: string): string {
  const { path, message, suggestion } = issue;
  const meant = suggestion === undefined ? "" : `; did you mean "${suggestion}"?`;
  return `${path === "" ? "<root>" : path}: ${message}${meant}${placeOf(issue, file)}`;
}

function placeOf({ message, line }: Pick<ConfigIssue, "line" | "message">, file: string | undefined): string {
  if (line === undefined) return "";
  if (file !== undefined) return ` (${file}:${line})`;
  // Syntax errors name line and column themselves.
  return /\d+:\d+$/.test(message) ? "" : ` (line ${line})`;
}
