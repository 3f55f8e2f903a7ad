import type { PresenceEntry } from "@openclaw/protocol";

const MAX_TEXT_CHARS = 256;
const MAX_ROLES_AND_SCOPES = 32;

export type PresenceChange = Omit<PresenceEntry, "ts">;

/**
 * The entry after some news: roles and scopes by union, other fields replaced when given.
 *
 * Docs: protocol.md#presence
 *
 * @param now epoch ms
 */
export function changedEntry(
  known: PresenceEntry | undefined,
  change: PresenceChange,
  now: number,
): PresenceEntry {
  const roles = union(known?.roles, change.roles);
  const scopes = union(known?.scopes, change.scopes);
  return {
    ...known,
    ...capTexts(change),
    ...(roles && { roles }),
    ...(scopes && { scopes }),
    ts: now,
  };
}

/** The name an entry is kept under. */
export function presenceId(key: string): string {
  return key.trim().toLowerCase().slice(0, MAX_TEXT_CHARS);
}

function union(
  known: readonly string[] | undefined,
  more: readonly string[] | undefined,
): string[] | undefined {
  const all = [...new Set([...(known ?? []), ...(more ?? []).map(capText)])].slice(0, MAX_ROLES_AND_SCOPES);
  return all.length > 0 ? all : undefined;
}

function capTexts(change: PresenceChange): PresenceChange {
  const capped = Object.entries(change).map(([name, value]) => [
    name,
    typeof value === "string" ? capText(value) : value,
  ]);
  return Object.fromEntries(capped) as PresenceChange; // same keys, strings only shortened
}

function capText(text: string): string {
  return text.slice(0, MAX_TEXT_CHARS);
}

/**
 * Reads `Node: <host> (<ip>) · app <v> · last input <n>s ago · mode <m> · reason <r>` into fields.
 * Text of another form gives no fields.
 *
 * Docs: protocol.md#presence
 */
export function parsePresenceText(text: string): PresenceChange {
  const head = /^Node: ([^(·]+?)(?: \(([^)·]+)\))?(?= ·|$)/.exec(text);
  if (!head?.[1]) return {};
  const after = (label: string) => new RegExp(`· ${label} ([^·]+?)(?: ·|$)`).exec(text)?.[1];
  const seconds = /· last input (\d{1,9})s ago/.exec(text)?.[1];
  const version = after("app");
  const mode = after("mode");
  const reason = after("reason");
  return {
    host: head[1],
    ...(head[2] !== undefined && { ip: head[2] }),
    ...(version !== undefined && { version }),
    ...(seconds !== undefined && { lastInputSeconds: Number(seconds) }),
    ...(mode !== undefined && { mode }),
    ...(reason !== undefined && { reason }),
  };
}
