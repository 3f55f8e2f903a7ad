/** A session's messages as clients read them. Docs: protocol.md#chat */
export interface HistoryView {
  /** As asked for. */
  readonly sessionKey: string;
  readonly sessionId?: string;
  readonly messages: readonly HistoryMessage[];
  readonly thinkingLevel: string;
  readonly verboseLevel?: string;
  /** Ids of the session's runs that have not ended. */
  readonly activeRunIds: readonly string[];
}

/** A message with everything removed that clients have no use for; open, since transcripts are. */
export type HistoryMessage = Readonly<Record<string, unknown>> & { readonly role: string };
