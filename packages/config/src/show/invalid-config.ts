import { displayPath, type Paths } from "../paths.ts";
import { startFailure } from "../settings/start-failures.ts";
import type { ConfigIssue, ConfigSnapshot } from "../snapshot.ts";

/** Lines that every command prints on stderr before it refuses, or works around, an invalid file. */
export function invalidConfigLines(
  snapshot: Pick<ConfigSnapshot, "issues" | "path">,
  paths: Pick<Paths, "home">,
): readonly [string, ...string[]] {
  const issues = snapshot.issues.map((issue) => `- ${issueLine(issue)}`);
  const { lines } = startFailure("invalid-config", { path: snapshot.path }, [
    ...issues,
    "Config invalid",
    `File: ${displayPath(snapshot.path, paths.home)}`,
    "Problem:",
    ...issues.map((line) => `  ${line}`),
    "",
    "Run: openclaw doctor --fix",
  ]);
  return lines;
}

/** `gateway.port: Invalid input: … (line 3)` */
export function issueLine({ path, message, line }: ConfigIssue): string {
  // Syntax errors name line and column themselves.
  const place = line === undefined || /\d+:\d+$/.test(message) ? "" : ` (line ${line})`;
  return `${path === "" ? "<root>" : path}: ${message}${place}`;
}
