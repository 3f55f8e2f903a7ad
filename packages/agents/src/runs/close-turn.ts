import { FAILURE_TEXTS } from "../models/failure-text.ts";
import type { Usage } from "../models/types.ts";
import { formatModelRef } from "../models/catalog.ts";
import { NO_USAGE } from "../models/usage.ts";
import type { SessionEntry } from "../sessions/entry.ts";
import type { MessageLine } from "../sessions/transcript.ts";
import type { TranscriptWriter } from "../sessions/transcript-writer.ts";
import type { AgentWrite } from "../store.ts";
import { previewOf } from "../text/message-text.ts";
import type { OpenTurn } from "./open-turn.ts";
import type { RunContext } from "./run-context.ts";
import { finishedRecord, pendingRecord } from "./run-record.ts";
import type { Run } from "./run.ts";
import { tellMessage } from "./session-telling.ts";
import { assistantMessage, type TurnResult } from "./turn.ts";
import type { RunMeta, RunOutcome, RunPayload } from "./types.ts";

const PREVIEW_CHARS = 120;

/** Ends a turn in one commit: the last reply, the session's counters, the run's record. Returns how it ended. */
export async function closeTurn(
  ctx: RunContext,
  run: Run,
  o: { readonly open: OpenTurn; readonly result: TurnResult },
): Promise<RunOutcome> {
  const { sessionId } = o.open.entry;
  const { outcome, written } = await ctx.book.update(run.sessionKey, async (current) => {
    const now = ctx.now();
    const outcome = outcomeOfTurn(run, o.result, now);
    const writer = await ctx.book.writer(sessionId, now);
    const line = writeReply(writer, { run, outcome, result: o.result, now });
    const pending = pendingRecord(run, { state: "running", input: o.open.input, inputWritten: true });
    const writes: AgentWrite[] = [
      { type: "transcript.append", sessionId, lines: writer.lines },
      { type: "run.put", run: finishedRecord(pending, outcome) },
      ...usageWrites(ctx, o.result, now),
      ...ctx.pruner.writes(now),
    ];
    run.entry = current;
    // The session may have been started over or deleted meanwhile: its new life is none of this run's business.
    if (current?.sessionId === sessionId) {
      run.entry = entryAfter(ctx, current, { outcome, result: o.result, now });
      writes.push({ type: "session.put", entry: run.entry });
    }
    return { writes, result: { outcome, written: { line, position: writer.positionOf(line) } } };
  });
  if (run.entry?.sessionId === sessionId) tellMessage(ctx, run, written);
  return outcome;
}

/** What the run used, unless no model was called. */
function usageWrites(ctx: RunContext, { ref, usage, lastUsage }: TurnResult, at: number): AgentWrite[] {
  if (lastUsage === undefined) return [];
  return [{ type: "usage.add", at, usage, isPriced: ctx.catalog().isPriced(ref) }];
}

function outcomeOfTurn(run: Run, result: TurnResult, endedAt: number): RunOutcome {
  const { runId, sessionKey, agentId, startedAt, abortReason } = run;
  const { texts, failure } = result;
  const meta = metaOf(run, result, endedAt);
  const base = {
    ...{ runId, sessionKey, agentId, endedAt, meta },
    text: texts.join("\n\n"),
    payloads: texts.map((text): RunPayload => ({ text, mediaUrl: null })),
    usage: result.usage,
    ...(startedAt !== undefined && { startedAt }),
  };
  if (abortReason === "timeout") {
    const payloads = [{ text: FAILURE_TEXTS.runTimeout, mediaUrl: null }];
    return { ...base, payloads, status: "timeout", stopReason: "timeout" };
  }
  if (abortReason !== undefined) return { ...base, status: "aborted", stopReason: abortReason };
  if (failure !== undefined)
    return { ...base, status: "error", reason: failure.reason, message: failure.message };
  return { ...base, status: "ok", stopReason: result.reply.stopReason };
}

function metaOf(run: Run, result: TurnResult, endedAt: number): RunMeta {
  const { ref, usage, lastUsage, failure } = result;
  const numbers = lastUsage === undefined ? {} : usageMeta(usage, lastUsage);
  return {
    durationMs: Math.max(0, endedAt - run.acceptedAt),
    agentMeta: { sessionId: run.sessionId, provider: ref.provider, model: ref.id, ...numbers },
    aborted: run.abortReason !== undefined,
    ...(failure?.reason === "overflow" && { error: { kind: "context_overflow", message: failure.message } }),
  };
}

function usageMeta(
  usage: Usage,
  last: Usage,
): Pick<RunMeta["agentMeta"], "usage" | "lastCallUsage" | "promptTokens"> {
  const { input, output, cacheRead, cacheWrite } = usage;
  return {
    usage: {
      ...{ input, output, total: last.totalTokens },
      ...(cacheRead > 0 && { cacheRead }),
      ...(cacheWrite > 0 && { cacheWrite }),
    },
    lastCallUsage: {
      ...{ input: last.input, output: last.output, total: last.totalTokens },
      ...{ cacheRead: last.cacheRead, cacheWrite: last.cacheWrite },
    },
    promptTokens: promptTokens(last),
  };
}

function writeReply(
  writer: TranscriptWriter,
  o: { readonly run: Run; readonly outcome: RunOutcome; readonly result: TurnResult; readonly now: number },
): MessageLine {
  const { run, outcome, result, now } = o;
  const { ref, api, reply } = result;
  const about = { ref, api, usage: result.lastUsage ?? NO_USAGE, now };
  if (outcome.status === "ok") return writer.message(assistantMessage(reply, about));
  const isError = outcome.status === "error";
  const error = isError ? outcome.message : outcome.stopReason === "timeout" ? "timeout" : "aborted";
  const { runId, sessionId } = run;
  const data = { timestamp: now, runId, sessionId, provider: ref.provider, model: ref.id, api, error };
  writer.custom("openclaw:prompt-error", data);
  const errorMessage = isError ? outcome.message : CUT_TEXTS[outcome.status];
  const cut = { stopReason: isError ? ("error" as const) : ("aborted" as const), errorMessage };
  return writer.message(assistantMessage(reply, { ...about, usage: NO_USAGE, cut }));
}

const CUT_TEXTS = { aborted: "Request was aborted", timeout: "Request timed out" } as const;

function entryAfter(
  ctx: RunContext,
  entry: SessionEntry,
  o: { readonly outcome: RunOutcome; readonly result: TurnResult; readonly now: number },
): SessionEntry {
  const { outcome, result, now } = o;
  const { ref, usage, lastUsage, texts } = result;
  const preview = previewOf(texts.at(-1) ?? "", PREVIEW_CHARS);
  return {
    ...(outcome.status === "ok" ? withNotice(entry, result) : entry),
    updatedAt: now,
    systemSent: true,
    abortedLastRun: outcome.status === "aborted" || outcome.status === "timeout",
    status: STATUS[outcome.status],
    ...(outcome.startedAt !== undefined && { startedAt: outcome.startedAt }),
    endedAt: now,
    modelProvider: ref.provider,
    model: ref.id,
    contextTokens: ctx.config().agents?.defaults?.contextTokens ?? ctx.catalog().info(ref).contextWindow,
    ...(preview !== "" && { lastMessagePreview: preview }),
    ...(lastUsage !== undefined && {
      ...{ inputTokens: usage.input, outputTokens: usage.output },
      ...{ cacheRead: usage.cacheRead, cacheWrite: usage.cacheWrite },
      totalTokens: promptTokens(lastUsage),
      totalTokensFresh: result.isUsageCounted,
    }),
  };
}

/** How the last run is shown in lists. */
const STATUS = { ok: "done", error: "failed", aborted: "aborted", timeout: "failed" } as const;

/** Remembers that another model answers, until the selected one does again. */
function withNotice(entry: SessionEntry, result: TurnResult): SessionEntry {
  const { fallbackNoticeSelectedModel, fallbackNoticeActiveModel, fallbackNoticeReason, ...rest } = entry;
  void [fallbackNoticeSelectedModel, fallbackNoticeActiveModel, fallbackNoticeReason];
  const { notice } = result;
  if (notice === undefined) return rest;
  return {
    ...rest,
    fallbackNoticeSelectedModel: formatModelRef({
      provider: notice.selectedProvider,
      id: notice.selectedModel,
    }),
    fallbackNoticeActiveModel: formatModelRef({ provider: notice.activeProvider, id: notice.activeModel }),
    fallbackNoticeReason: notice.reasonSummary,
  };
}

function promptTokens(usage: Usage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite;
}
