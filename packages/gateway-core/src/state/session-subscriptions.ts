import { invalidRequest } from "@openclaw/protocol";
import type { ConnectionView } from "@openclaw/rpc-server";

/** Sessions one connection may watch by name. */
const MAX_SESSIONS = 500;

/** With this capability a client hears of runs only in sessions it watches by name. */
const SCOPED = "session-scoped-events";

/** Tells who is to hear an event. */
export type Listeners = (connection: ConnectionView) => boolean;

/**
 * Which connection watches which sessions. Everything a connection asked for is gone with it.
 *
 * Docs: protocol.md#session-subscriptions
 */
export interface SessionSubscriptions {
  /** Call when a client was admitted, and when it is gone: only in between it can subscribe. */
  open(connection: Pick<ConnectionView, "connId" | "caps" | "grant">): void;
  close(connId: string): void;
  /** Watches every session: its changes and its messages. */
  watchAll(connId: string): void;
  /** Watches the messages of one session. @throws {RpcError} when the connection watches too many */
  watch(connId: string, sessionKey: string): void;
  unwatch(connId: string, sessionKey: string): void;
  /** Who hears of changes; undefined when nobody does. */
  ofChanges(): Listeners | undefined;
  /** Who hears the messages of a session; undefined when nobody does. */
  ofMessages(sessionKey: string): Listeners | undefined;
  /** Nodes that watch a session by name. They hear no broadcasts of it, so each gets copies of its own. */
  nodesOf(sessionKey: string): readonly string[];
  /** Who hears the runs of a session; undefined when everybody does. */
  ofRuns(sessionKey: string): Listeners | undefined;
}

interface Watcher {
  readonly isScoped: boolean;
  readonly keys: Set<string>;
  watchesAll: boolean;
}

export function createSessionSubscriptions(): SessionSubscriptions {
  const watchers = new Map<string, Watcher>();
  // Most gateways have none of these: then nobody has to be asked for every piece of every run.
  let scoped = 0;
  const nodes = new Map<string, Watcher>();

  const some = (isListening: (watcher: Watcher) => boolean): Listeners | undefined => {
    const ids = new Set(
      [...watchers].filter(([, watcher]) => isListening(watcher)).map(([connId]) => connId),
    );
    return ids.size === 0 ? undefined : ({ connId }) => ids.has(connId);
  };

  return {
    open: ({ connId, caps, grant }) => {
      const isScoped = caps.has(SCOPED);
      const watcher: Watcher = { isScoped, keys: new Set(), watchesAll: false };
      watchers.set(connId, watcher);
      if (grant.role === "node") nodes.set(connId, watcher);
      if (isScoped) scoped += 1;
    },
    close: (connId) => {
      if (watchers.get(connId)?.isScoped === true) scoped -= 1;
      watchers.delete(connId);
      nodes.delete(connId);
    },
    watchAll: (connId) => {
      const watcher = watchers.get(connId);
      if (watcher !== undefined) watcher.watchesAll = true;
    },
    watch: (connId, sessionKey) => {
      const keys = watchers.get(connId)?.keys;
      if (keys === undefined || keys.has(sessionKey)) return;
      if (keys.size >= MAX_SESSIONS)
        throw invalidRequest(`too many session subscriptions (at most ${MAX_SESSIONS} per connection)`);
      keys.add(sessionKey);
    },
    unwatch: (connId, sessionKey) => {
      watchers.get(connId)?.keys.delete(sessionKey);
    },
    ofChanges: () => some(({ watchesAll }) => watchesAll),
    ofMessages: (sessionKey) => some(({ watchesAll, keys }) => watchesAll || keys.has(sessionKey)),
    nodesOf: (sessionKey) =>
      [...nodes].flatMap(([connId, { keys }]) => (keys.has(sessionKey) ? [connId] : [])),
    ofRuns: (sessionKey) => {
      if (scoped === 0) return undefined;
      return ({ connId }) => {
        const watcher = watchers.get(connId);
        return watcher?.isScoped !== true || watcher.keys.has(sessionKey);
      };
    },
  };
}
