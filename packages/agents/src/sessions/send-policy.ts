import type { AgentsConfig, SendPolicyRule } from "../config.ts";
import type { SessionEntry } from "./entry.ts";
import { sessionKindOf } from "./session-key.ts";

/** Whether the session may be written to: its own setting, else the first matching rule. Docs: configuration.md#session */
export function isSendAllowed(
  config: AgentsConfig["session"],
  session: { readonly key: string; readonly rawKey: string; readonly entry: SessionEntry | undefined },
): boolean {
  const own = session.entry?.sendPolicy;
  if (own === "allow" || own === "deny") return own === "allow";
  const policy = config?.sendPolicy;
  const rule = policy?.rules?.find((candidate) => isMatch(candidate, session));
  return (rule?.action ?? policy?.default ?? "allow") === "allow";
}

function isMatch(
  rule: SendPolicyRule,
  session: { readonly key: string; readonly rawKey: string; readonly entry: SessionEntry | undefined },
): boolean {
  const { channel, chatType, keyPrefix, rawKeyPrefix } = rule.match ?? {};
  const { key, rawKey, entry } = session;
  // Rules name keys the way they look inside an agent.
  const inner = key.replace(/^agent:[^:]*:/u, "");
  const type = entry?.chatType ?? sessionKindOf(key);
  const wanted = chatType === "dm" ? "direct" : chatType;
  return (
    (channel === undefined || channel === (entry?.channel ?? entry?.lastChannel)) &&
    (wanted === undefined || wanted === type) &&
    (keyPrefix === undefined || inner.startsWith(keyPrefix) || key.startsWith(keyPrefix)) &&
    (rawKeyPrefix === undefined || rawKey.startsWith(rawKeyPrefix))
  );
}
