import type { PresenceEntry } from "@openclaw/protocol";
import {
  EMPTY_PRESENCE,
  listPresence,
  parsePresenceText,
  type PresenceChange,
  presenceId,
  type PresenceState,
  upsertPresence,
} from "./presence.ts";

/** The presence list of one gateway: the current value and who it is itself. */
export interface PresenceBoard {
  readonly version: number;
  list(): PresenceEntry[];
  /** Connections come and go under one key; the text of the first one stays, or the one a note gave. */
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
  let state: PresenceState = EMPTY_PRESENCE;
  const put = (key: string, change: PresenceChange) => {
    state = upsertPresence(state, { key, change, now: now() });
  };
  const known = (key: string) => state.entries.get(presenceId(key));
  return {
    get version() {
      return state.version;
    },
    list: () => listPresence(state, self(), now()),
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
