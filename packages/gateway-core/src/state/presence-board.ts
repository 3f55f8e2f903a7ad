import type { PresenceEntry } from "@openclaw/protocol";
import { changedEntry, parsePresenceText, type PresenceChange, presenceId } from "./presence.ts";

/** Entries older than this are gone from every listing, in milliseconds. */
const PRESENCE_TTL_MS = 300_000;
/** With the gateway's own entry. */
const MAX_ENTRIES = 200;

/** The presence list of one gateway: the current value and who it is itself. */
export interface PresenceBoard {
  /** Grows with every change, from 1. */
  readonly version: number;
  /** What clients see: the gateway itself first (always fresh), then who was heard of last. */
  list(): PresenceEntry[];
  /**
   * Takes news about whoever is known by this name: of a device, an instance or a connection. Connections come and go
   * under one name; the text of the first one stays, or the one a note gave.
   */
  update(key: string, change: PresenceChange): void;
  /**
   * Takes a `system-event`: fields given win over fields read from the text.
   *
   * @returns whether the note is worth telling the main session: free text always, a node's note when its
   * facts changed
   */
  note(event: PresenceNote): boolean;
}

/** What a `system-event` says about somebody. */
export interface PresenceNote {
  readonly text: string;
  readonly fields: PresenceChange;
}

export function createPresenceBoard(self: () => PresenceChange, now: () => number): PresenceBoard {
  /** Who was heard of last is last; entries are replaced, never changed. */
  const entries = new Map<string, PresenceEntry>();
  let version = 1;
  const isFresh = ({ ts }: PresenceEntry) => now() - ts < PRESENCE_TTL_MS;
  const known = (key: string) => {
    const entry = entries.get(presenceId(key));
    return entry && isFresh(entry) ? entry : undefined;
  };
  const put = (key: string, change: PresenceChange) => {
    const entry = changedEntry(known(key), change, now());
    entries.delete(presenceId(key));
    entries.set(presenceId(key), entry);
    for (const [oldest, entry] of entries) {
      if (entries.size < MAX_ENTRIES && isFresh(entry)) break;
      entries.delete(oldest);
    }
    version += 1;
  };
  return {
    get version() {
      return version;
    },
    list: () => [{ ...self(), ts: now() }, ...[...entries.values()].reverse().filter(isFresh)],
    update: (key, change) => {
      const text = known(key)?.text ?? change.text;
      put(key, { ...change, ...(text !== undefined && { text }) });
    },
    note: ({ text, fields }) => {
      const parsed = parsePresenceText(text);
      const change = { ...parsed, ...fields, text };
      const key = change.deviceId ?? change.instanceId ?? change.host ?? change.ip ?? text.slice(0, 64);
      const before = known(key);
      put(key, change);
      if (parsed.host === undefined) return true;
      return !isRoutine(change.reason) && TELLING.some((field) => before?.[field] !== change[field]);
    },
  };
}

const TELLING = ["host", "ip", "version", "mode", "reason"] as const;

function isRoutine(reason: string | undefined): boolean {
  return reason !== undefined && (reason.startsWith("periodic") || reason === "heartbeat");
}
