import { AgentsError } from "../errors.ts";
import type { RunContext } from "../runs/run-context.ts";
import { previewOf } from "../text/message-text.ts";
import { injectedMessage } from "./injected-message.ts";
import type { SessionAddress } from "./roster.ts";
import type { AssistantMessage, MessageLine } from "./transcript.ts";

const PREVIEW_CHARS = 120;

/** A message that was added. */
export interface InjectedMessage {
  /** Of its line. */
  readonly messageId: string;
  readonly message: AssistantMessage;
}

/**
 * Adds a message of the gateway itself to a session, `[label]` above it; models never see it.
 * @throws {AgentsError} unknown_session, store_failed
 */
export async function injectMessage(
  ctx: RunContext,
  { key, agentId }: SessionAddress,
  o: { readonly message: string; readonly label?: string },
): Promise<InjectedMessage> {
  const text = o.label === undefined ? o.message : `[${o.label}]\n\n${o.message}`;
  const { entry, line, position, message } = await ctx.book
    .update(key, async (current) => {
      if (current === undefined) throw new AgentsError("unknown_session", "session not found");
      const now = ctx.now();
      const message = injectedMessage(text, now);
      const writer = await ctx.book.writer(current.sessionId, now);
      writer.header(ctx.workspaceDir(agentId));
      const line: MessageLine = writer.message(message);
      const entry = { ...current, updatedAt: now, lastMessagePreview: previewOf(text, PREVIEW_CHARS) };
      return {
        writes: [
          { type: "transcript.append", sessionId: current.sessionId, lines: writer.lines },
          { type: "session.put", entry },
        ],
        result: { entry, line, position: writer.positionOf(line), message },
      };
    })
    .catch((error: unknown) => {
      if (error instanceof AgentsError) throw error;
      ctx.logger?.error("a message could not be added", { sessionKey: key, error });
      throw new AgentsError("store_failed", "failed to write transcript", { cause: error });
    });
  ctx.news.message(entry, { line, position });
  ctx.news.changed(entry, { reason: "inject" });
  return { messageId: line.id, message };
}
