import type { Command } from "../commands/command.ts";
import { NO_USAGE } from "../models/usage.ts";
import { newEntry } from "../sessions/fresh-entry.ts";
import { injectedMessage } from "../sessions/injected-message.ts";
import { newSessionId } from "../sessions/session-id.ts";
import type { AssistantMessage, MessageLine } from "../sessions/transcript.ts";
import type { RunContext } from "./run-context.ts";
import { emptyMeta, finishedRecord, pendingRecord } from "./run-record.ts";
import type { Run } from "./run.ts";
import type { WrittenLine } from "./session-telling.ts";
import type { RunOutcome } from "./types.ts";

/** A command's reply, durable and ready to be told. */
export interface CommandReply {
  readonly text: string;
  readonly message: AssistantMessage;
  readonly written: WrittenLine;
  readonly outcome: RunOutcome;
}

/** Answers a command and writes the reply into the transcript; the command itself is not written. */
export async function replyToCommand(
  ctx: RunContext,
  run: Run,
  o: {
    readonly command: Command;
    readonly args: string;
    readonly queueDepth: number;
    readonly input: MessageLine;
  },
): Promise<CommandReply> {
  const { sessionKey: key, agentId } = run;
  return ctx.book.update(key, async (current) => {
    const now = ctx.now();
    const entry = current ?? newEntry({ key, agentId, sessionId: newSessionId(ctx.random), now });
    const { sessionId } = entry;
    run.sessionId = sessionId;
    const text = o.command.reply({ ctx, run, entry: current, queueDepth: o.queueDepth, args: o.args });
    const message = injectedMessage(text, now);
    const writer = await ctx.book.writer(sessionId, now);
    writer.header(ctx.workspaceDir(agentId));
    const line = writer.message(message);
    const outcome = okOutcome(run, text, now);
    const pending = pendingRecord(run, { state: "accepted", input: o.input, inputWritten: true });
    run.entry = { ...entry, updatedAt: now };
    return {
      writes: [
        { type: "session.put", entry: run.entry },
        { type: "transcript.append", sessionId, lines: writer.lines },
        { type: "run.put", run: finishedRecord(pending, outcome) },
      ],
      result: { text, message, outcome, written: { line, position: writer.positionOf(line) } },
    };
  });
}

function okOutcome(run: Run, text: string, now: number): RunOutcome {
  const { runId, sessionKey, agentId, sessionId } = run;
  return {
    ...{ runId, sessionKey, agentId, text, status: "ok", stopReason: "stop", usage: NO_USAGE },
    payloads: [{ text, mediaUrl: null }],
    meta: emptyMeta(sessionId),
    startedAt: now,
    endedAt: now,
  };
}
