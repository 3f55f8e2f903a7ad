/** Longest session key taken from a client. */
const MAX_KEY_CHARS = 512;

/** What a session key as sent means, before defaults are applied. */
export type ParsedSessionKey =
  | { readonly kind: "agent"; readonly agentId: string; readonly rest: string }
  | { readonly kind: "bare"; readonly rest: string }
  | { readonly kind: "global" }
  | { readonly kind: "unknown" }
  | { readonly kind: "malformed" };

/** What a bare or main key stands for. */
export interface KeyDefaults {
  readonly agentId: string;
  /** Another configured name of the main session, besides `main`. */
  readonly mainKey?: string | undefined;
  /** `global`: every main session is the one session `global`. */
  readonly scope?: "per-sender" | "global" | undefined;
}

/** Reads a key as sent: lower case, empty parts dropped. Docs: protocol.md#session-keys */
export function parseSessionKey(raw: string): ParsedSessionKey {
  const text = raw.trim().toLowerCase();
  // Keys are logged and stored: nothing that could end a line gets in.
  if (text.length > MAX_KEY_CHARS || /\p{Cc}/u.test(text)) return { kind: "malformed" };
  if (text === "global" || text === "unknown") return { kind: text };
  const parts = text.split(":").filter((part) => part !== "");
  if (!/^agent:/u.test(text)) {
    return parts.length === 0 ? { kind: "malformed" } : { kind: "bare", rest: parts.join(":") };
  }
  const [, agent, ...rest] = parts;
  if (agent === undefined || rest.length === 0) return { kind: "malformed" };
  return { kind: "agent", agentId: slugAgentId(agent), rest: rest.join(":") };
}

/** The one key a session is stored and compared under; undefined for a malformed key. */
export function canonicalSessionKey(raw: string | undefined, defaults: KeyDefaults): string | undefined {
  const parsed = raw === undefined || raw.trim() === "" ? MAIN : parseSessionKey(raw);
  switch (parsed.kind) {
    case "malformed":
      return undefined;
    case "global":
    case "unknown":
      return parsed.kind;
    case "bare":
      return keyOf(defaults.agentId, parsed.rest, defaults);
    case "agent":
      return keyOf(parsed.agentId, parsed.rest, defaults);
    default:
      return parsed satisfies never;
  }
}

/** `agent:<agentId>:<rest>`. */
export function formatSessionKey(agentId: string, rest: string): string {
  return `agent:${agentId}:${rest}`;
}

/** Makes an agent id of any text: `[a-z0-9][a-z0-9_-]{0,63}`, or `main` when nothing is left. */
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

/** What a canonical key (and what is known of its chat) says about a session's kind. */
export function sessionKindOf(key: string, chatType?: string): "direct" | "group" | "global" | "unknown" {
  if (key === "global" || key === "unknown") return key;
  if (chatType === "group" || chatType === "channel") return "group";
  return /:(?:group|channel):/u.test(key) ? "group" : "direct";
}

/** Whether a canonical key is of a thread inside a group or direct chat. */
export function isThreadKey(key: string): boolean {
  return /:(?:thread|topic):/u.test(key);
}

const MAIN = { kind: "bare", rest: "main" } as const;

function keyOf(agentId: string, rest: string, defaults: KeyDefaults): string {
  const isMain = rest === "main" || rest === defaults.mainKey?.trim().toLowerCase();
  if (!isMain) return formatSessionKey(agentId, rest);
  return defaults.scope === "global" ? "global" : formatSessionKey(agentId, "main");
}
