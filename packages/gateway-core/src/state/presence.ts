import type { PresenceEntry } from "@openclaw/protocol";

/** Entries older than this are gone from every listing, in milliseconds. */
const PRESENCE_TTL_MS = 300_000;
const MAX_ENTRIES = 200;
const MAX_TEXT_CHARS = 256;
const MAX_ROLES_AND_SCOPES = 32;

/** Who is around, keyed by device, instance or connection; frozen, one value per version. */
export interface PresenceState {
  readonly version: number;
  readonly entries: ReadonlyMap<string, PresenceEntry>;
}

export type PresenceChange = Omit<PresenceEntry, "ts">;

/** News about one participant. */
export interface PresenceUpdate {
  readonly key: string;
  readonly change: PresenceChange;
  /** Epoch ms. */
  readonly now: number;
}

export const EMPTY_PRESENCE: PresenceState = { version: 1, entries: new Map() };

/**
 * Merges the change into the entry under `key` (lower-cased): roles and scopes by union, other fields replaced
 * when given. Bumps the version.
 *
 * Docs: protocol.md#presence
 */
export function upsertPresence(state: PresenceState, { key, change, now }: PresenceUpdate): PresenceState {
  const id = presenceId(key);
  const known = state.entries.get(id);
  const roles = union(known?.roles, change.roles);
  const scopes = union(known?.scopes, change.scopes);
  const entry: PresenceEntry = {
    ...known,
    ...capTexts(change),
    ...(roles && { roles }),
    ...(scopes && { scopes }),
    ts: now,
  };
  const entries = new Map(state.entries);
  entries.delete(id);
  entries.set(id, entry);
  return { version: state.version + 1, entries: newest(entries, now) };
}

/** The name an entry is kept under. */
export function presenceId(key: string): string {
  return key.trim().toLowerCase().slice(0, MAX_TEXT_CHARS);
}

/** The listing clients see: the gateway itself first (always fresh), then the newest entries. */
export function listPresence(state: PresenceState, self: PresenceChange, now: number): PresenceEntry[] {
  const others = [...state.entries.values()].filter((entry) => now - entry.ts < PRESENCE_TTL_MS);
  others.sort((a, b) => b.ts - a.ts);
  return [{ ...self, ts: now }, ...others.slice(0, MAX_ENTRIES - 1)];
}

function newest(entries: Map<string, PresenceEntry>, now: number): Map<string, PresenceEntry> {
  const live = [...entries].filter(([, entry]) => now - entry.ts < PRESENCE_TTL_MS);
  live.sort(([, a], [, b]) => a.ts - b.ts);
  return new Map(live.slice(-MAX_ENTRIES));
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
