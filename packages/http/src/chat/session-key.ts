import { invalidRequest, type Checked } from "../reply.ts";
import type { Target } from "./target.ts";

/** What a request says about its session. */
export interface SessionChoice {
  /** Header `x-openclaw-session-key`. */
  readonly header: string | undefined;
  /** Body field `user`: the same user comes back to the same session. */
  readonly user: unknown;
}

const MAX_KEY_CHARS = 512;
const MAX_USER_CHARS = 256;
const RESERVED_NAMESPACES: ReadonlySet<string> = new Set(["subagent", "cron", "acp"]);

/** Session of a request: the key it names, the one of its user, or a fresh one. */
export function resolveSessionKey(
  choice: SessionChoice,
  target: Target,
  newId: () => string,
): Checked<string> {
  const header = choice.header?.trim();
  if (header) return checkedKey(header);
  const user = typeof choice.user === "string" ? choice.user.trim() : "";
  if (user.length > MAX_USER_CHARS)
    return invalidRequest(`\`user\` must have at most ${MAX_USER_CHARS} characters.`);
  const name = user === "" ? `openai:${newId()}` : `openai-user:${user.toLowerCase()}`;
  return { ok: true, value: `agent:${target.agentId}:${name}` };
}

function checkedKey(key: string): Checked<string> {
  if (key.length > MAX_KEY_CHARS) {
    return invalidRequest(`\`x-openclaw-session-key\` must have at most ${MAX_KEY_CHARS} characters.`);
  }
  // Read as the key parser does, which drops empty parts: `agent:main::cron:x` must not slip through.
  const parts = key
    .toLowerCase()
    .split(":")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const namespace = parts[0] === "agent" ? parts[2] : parts[0];
  if (namespace !== undefined && RESERVED_NAMESPACES.has(namespace)) {
    return invalidRequest("`x-openclaw-session-key` cannot use reserved internal session namespaces.");
  }
  return { ok: true, value: key };
}
