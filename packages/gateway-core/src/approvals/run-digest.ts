import { createHash } from "node:crypto";

/** Everything about a run that a permission is bound to (T-AZ-13): who asked, what runs, where, and for whom. */
export interface RunFacts {
  readonly principal: string;
  readonly nodeId: string | null;
  /** One text, or the words a program is started with. */
  readonly command: string | readonly string[];
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  readonly runId: string | null;
}

/** SHA-256 of the facts: equal for equal runs, whatever order they were written in. */
export function runDigest(facts: RunFacts): string {
  const { principal, nodeId, command, cwd, env, agentId, sessionKey, runId } = facts;
  const variables = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([principal, nodeId, command, cwd, variables, agentId, sessionKey, runId]);
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Words as a shell would want them, so that nobody is shown another command than the one that runs. */
export function shownWords(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

const PLAIN = /^[\w@%+=:,./-]+$/u;
