import type { SessionEntry } from "./entry.ts";
import { fitHistory, projectHistory, type HistoryMessage } from "./history-projection.ts";
import type { LiveSession } from "./live-session.ts";
import type { MessageLine } from "./transcript.ts";

/** Why a session is no longer as it was: what somebody did, or what became of a run. */
export type SessionChange =
  | { readonly reason: "send" | "patch" | "create" | "reset" | "delete" | "compact" | "inject" }
  | { readonly phase: "start" | "end" | "error"; readonly runId: string };

/** Something that happened to a session. Docs: protocol.md#session-subscriptions */
export type SessionEvent = SessionEventBase &
  (
    | { readonly type: "changed"; readonly change: SessionChange }
    | {
        readonly type: "message";
        /** As `history` shows it; what a model said also tells what it used. */
        readonly message: HistoryMessage;
        readonly messageId: string;
        /** Place in the transcript, counted from 1. */
        readonly position: number;
        /** Epoch milliseconds at which the line was written. */
        readonly recordedAt: number;
        /** The run that said it. */
        readonly runId?: string;
        readonly idempotencyKey?: string;
      }
  );

/** What every session event tells. */
export interface SessionEventBase {
  readonly sessionKey: string;
  readonly agentId: string;
  readonly sessionId: string;
  readonly ts: number;
  /** The session as it is now; absent when it was deleted. */
  readonly session?: LiveSession;
}

/** A line that was written, and what is known about where it comes from. */
export interface NewLine {
  readonly line: MessageLine;
  readonly position: number;
  readonly runId?: string;
  readonly idempotencyKey?: string;
}

type Listener = (event: SessionEvent) => void;

/** Tells listeners what happens to sessions, once it is durable. */
export class SessionNews {
  readonly #listeners = new Set<Listener>();
  readonly #view: (entry: SessionEntry) => LiveSession;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;

  constructor(o: {
    readonly view: (entry: SessionEntry) => LiveSession;
    readonly now: () => number;
    readonly onError: (error: unknown) => void;
  }) {
    this.#view = o.view;
    this.#now = o.now;
    this.#onError = o.onError;
  }

  /** Returns how to stop listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(entry: SessionEntry, change: SessionChange): void {
    this.#tell(() => ({ ...this.#base(entry), session: this.#view(entry), type: "changed", change }));
  }

  deleted(entry: SessionEntry): void {
    this.#tell(() => ({ ...this.#base(entry), type: "changed", change: { reason: "delete" } }));
  }

  /** A message was added; one that no client gets to see is not told. */
  message(entry: SessionEntry, { line, position, ...origin }: NewLine): void {
    this.#tell(() => {
      const [shown] = fitHistory(projectHistory([line]), 1);
      if (shown === undefined) return undefined;
      // Whoever follows a session also counts; who reads it back later has the totals of its row.
      const message = line.message.role === "assistant" ? { ...shown, usage: line.message.usage } : shown;
      const recordedAt = Date.parse(line.timestamp);
      const told = { message, messageId: line.id, position, recordedAt, ...origin };
      return { ...this.#base(entry), session: this.#view(entry), type: "message", ...told };
    });
  }

  #base({ key, agentId, sessionId }: SessionEntry): SessionEventBase {
    return { sessionKey: key, agentId, sessionId, ts: this.#now() };
  }

  /** A listener that throws must not take a run with it. */
  #tell(make: () => SessionEvent | undefined): void {
    if (this.#listeners.size === 0) return;
    try {
      const event = make();
      if (event === undefined) return;
      for (const listener of this.#listeners) listener(event);
    } catch (error) {
      this.#onError(error);
    }
  }
}
