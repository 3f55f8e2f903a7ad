import type { Command } from "../commands/command.ts";
import { NO_USAGE } from "../models/usage.ts";
import { newEntry } from "../sessions/fresh-entry.ts";
import type { AssistantMessage, MessageLine } from "../sessions/transcript.ts";
import { TranscriptWriter } from "../sessions/transcript-writer.ts";
import { newSessionId } from "./open-turn.ts";
import type { RunContext } from "./run-context.ts";
import { emptyMeta, finishedRecord, pendingRecord } from "./run-record.ts";
import type { Run } from "./run.ts";
import type { RunOutcome } from "./types.ts";

/** A command's reply, durable and ready to be told. */
export interface CommandReply {
  readonly text: string;
  readonly message: AssistantMessage;
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
    const tail = await ctx.book.tailOf(sessionId);
    const writer = new TranscriptWriter({ sessionId, tail, now, random: ctx.random });
    if (tail === undefined) writer.header(ctx.workspaceDir(agentId));
    writer.message(message);
    const outcome = okOutcome(run, text, now);
    const pending = pendingRecord(run, { state: "accepted", input: o.input, inputWritten: true });
    return {
      writes: [
        { type: "session.put", entry: { ...entry, updatedAt: now } },
        { type: "transcript.append", sessionId, lines: writer.lines },
        { type: "run.put", run: finishedRecord(pending, outcome) },
      ],
      result: { text, message, outcome },
    };
  });
}

/** A message of the gateway itself; it never reaches a model. */
export function injectedMessage(text: string, now: number): AssistantMessage {
  return {
    role: "assistant",
    content: [{ type: "text", text }],
    timestamp: now,
    stopReason: "stop",
    usage: NO_USAGE,
    api: "openai-responses",
    provider: "openclaw",
    model: "gateway-injected",
  };
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
