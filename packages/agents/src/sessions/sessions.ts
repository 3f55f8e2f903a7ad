import type { SessionEntry } from "./entry.ts";
import type { SessionSelector } from "./find-session.ts";
import type { InjectedMessage } from "./inject-message.ts";
import type { LiveSession } from "./live-session.ts";
import type { PatchedSession, SessionPatch } from "./patch-session.ts";
import type { SessionPreview } from "./preview-session.ts";
import type { SessionEvent } from "./session-news.ts";

/** Names a session the way clients do; `agentId` only narrows bare keys. */
export interface SessionName {
  /** As sent. */
  readonly key: string;
  readonly agentId?: string;
}

/** A session after a change; `entry` without what is only bookkeeping. */
export interface ChangedSession {
  /** Canonical. */
  readonly key: string;
  readonly entry: ShownEntry;
}

/** A session's entry as results show it. */
export type ShownEntry = Readonly<Record<string, unknown>> & Pick<SessionEntry, "sessionId" | "updatedAt">;

/** What became of a transcript that was to be cut. */
export type CutSession = { readonly key: string } & (
  | { readonly compacted: true; readonly kept: number }
  | { readonly compacted: false; readonly kept?: number; readonly reason?: "no sessionId" | "no transcript" }
);

/**
 * Looking at sessions one by one, and changing them. Every change is durable, and told, when it resolves.
 * Keys that cannot be read throw `malformed_session_key` or `unknown_agent` everywhere.
 */
export interface Sessions {
  /** Undefined when there is no such session. */
  describe(name: SessionName): Promise<LiveSession | undefined>;
  /** The last messages of each session, cut short; in the order of `keys`. */
  preview(o: {
    readonly keys: readonly string[];
    readonly limit: number;
    readonly maxChars: number;
  }): Promise<readonly SessionPreview[]>;
  /** Canonical key of the one session meant. @throws {AgentsError} unknown_session, ambiguous_session, invalid_selector */
  resolve(selector: SessionSelector): Promise<string>;
  /**
   * Changes settings; `null` clears one. A session that does not exist comes into being.
   * @throws {AgentsError} invalid_setting, label_taken, model_not_allowed
   */
  patch(name: SessionName, patch: SessionPatch): Promise<PatchedSession>;
  /**
   * Brings a session into being, with these settings.
   * @throws {AgentsError} session_exists, invalid_setting, label_taken, model_not_allowed
   */
  create(name: SessionName, settings: SessionPatch): Promise<PatchedSession>;
  /** Starts over with a new, empty transcript; what runs is aborted first. @throws {AgentsError} busy */
  reset(name: SessionName): Promise<ChangedSession>;
  /** Removes a session; what runs is aborted first. @throws {AgentsError} main_session, busy */
  delete(
    name: SessionName & { readonly keepTranscript?: boolean },
  ): Promise<{ readonly key: string; readonly deleted: boolean }>;
  /** Cuts the transcript to its newest lines; the whole one is kept aside. */
  cut(name: SessionName & { readonly maxLines: number }): Promise<CutSession>;
  /** Adds a message of the gateway itself. @throws {AgentsError} unknown_session, store_failed */
  inject(
    name: SessionName & { readonly message: string; readonly label?: string },
  ): Promise<InjectedMessage & { readonly agentId: string }>;
  /** Calls the listener, synchronously, with everything that happens to sessions. Returns how to stop. */
  onEvent(listener: (event: SessionEvent) => void): () => void;
}
