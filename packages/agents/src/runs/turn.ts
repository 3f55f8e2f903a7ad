import { formatModelRef } from "../models/catalog.ts";
import type {
  ContextMessage,
  ContextPart,
  ModelRef,
  ModelRequest,
  ResolvedModel,
  Usage,
} from "../models/types.ts";
import { addUsage, contextChars, estimateTokens, NO_USAGE, usageOf } from "../models/usage.ts";
import { buildSystemPrompt } from "../prompt/system-prompt.ts";
import { contextOf, fitToModel } from "../sessions/model-context.ts";
import { rosterOf } from "../sessions/roster.ts";
import type { AssistantMessage, ToolResultMessage, TranscriptMessage } from "../sessions/transcript.ts";
import type { AgentWrite } from "../store.ts";
import { Candidates, TurnFailure } from "./candidates.ts";
import { compactSession } from "./compact.ts";
import type { ModelReply } from "./model-call.ts";
import type { Narrator } from "./narrator.ts";
import type { OpenTurn } from "./open-turn.ts";
import type { RunContext, RunOrder } from "./run-context.ts";
import { readContext } from "./read-context.ts";
import { ReplyRoom } from "./reply-room.ts";
import type { Run } from "./run.ts";
import { tellMessage } from "./session-telling.ts";
import { callTool } from "./tool-call.ts";
import type { FallbackNotice } from "./types.ts";

const MAX_COMPACTIONS = 3;

/** What came of a turn. Everything but `reply` is in the transcript already. */
export interface TurnResult {
  /** The last reply, whole unless `failure` is set or the run was aborted. */
  readonly reply: ModelReply;
  readonly ref: ModelRef;
  readonly api: string;
  /** What users saw, one text per message. */
  readonly texts: readonly string[];
  readonly usage: Usage;
  readonly lastUsage: Usage | undefined;
  /** False when the provider did not count and the numbers are estimates. */
  readonly isUsageCounted: boolean;
  readonly failure: TurnFailure | undefined;
  readonly notice: FallbackNotice | undefined;
}

/** The part of a run in which models and tools are called. */
export class Turn {
  readonly #ctx: RunContext;
  readonly #run: Run;
  readonly #order: RunOrder;
  readonly #open: OpenTurn;
  readonly #narrator: Narrator;
  readonly #candidates: Candidates;
  readonly #texts: string[] = [];
  #messages: readonly ContextMessage[] = [];
  #usage: Usage = NO_USAGE;
  #lastUsage: Usage | undefined;
  #isUsageCounted = true;

  constructor(ctx: RunContext, o: { run: Run; order: RunOrder; open: OpenTurn; narrator: Narrator }) {
    this.#ctx = ctx;
    this.#run = o.run;
    this.#order = o.order;
    this.#open = o.open;
    this.#narrator = o.narrator;
    this.#candidates = this.#makeCandidates();
  }

  /** Runs to the end. Failures and aborts are part of the result; only a broken store throws. */
  async run(): Promise<TurnResult> {
    try {
      await this.#converse();
      return this.#result(undefined);
    } catch (error) {
      if (error instanceof TurnFailure) return this.#result(error);
      if (this.#run.signal.aborted) return this.#result(undefined);
      throw error;
    }
  }

  async #converse(): Promise<void> {
    const { sessionId } = this.#open.entry;
    const lines = await readContext(this.#ctx, sessionId);
    this.#messages = contextOf(lines);
    const isFirstAnswer = !this.#messages.some((message) => message.role === "assistant");
    for (let calls = 1; ; calls += 1) {
      await this.#callModel();
      if (this.#candidates.reply.toolCalls.length === 0) break;
      if (calls >= this.#ctx.limits.modelCallsPerRun) {
        throw new TurnFailure("unknown", `The run was stopped after ${calls} model calls.`);
      }
      await this.#useTools();
    }
    this.#narrator.endMessage();
    if (isFirstAnswer) this.#hint();
  }

  async #callModel(): Promise<void> {
    this.#count(await this.#callWithRoom());
    const { active, notice } = this.#candidates;
    const { fallbackNoticeActiveModel } = this.#open.entry;
    if (fallbackNoticeActiveModel !== undefined && notice === undefined && this.#texts.length === 0) {
      this.#narrator.fallbackCleared(active.provider, active.id);
    }
  }

  /** Calls a model; when the conversation is too long for it, with less and less of it. */
  async #callWithRoom(): Promise<ResolvedModel> {
    for (let compactions = 0; ; compactions += 1) {
      try {
        return await this.#candidates.call((model, failedCalls) => this.#requestTo(model, failedCalls));
      } catch (error) {
        const isTooLong = error instanceof TurnFailure && error.reason === "overflow";
        if (!isTooLong || compactions >= MAX_COMPACTIONS || this.#candidates.reply.hasContent) throw error;
        const shorter = await compactSession(this.#ctx, this.#run);
        if (shorter === undefined) throw error;
        this.#messages = shorter;
        this.#candidates.forgetOverflow();
      }
    }
  }

  #requestTo(model: ResolvedModel, failedCalls: number): ModelRequest {
    return {
      runId: this.#run.runId,
      model,
      system: this.#systemPrompt(model),
      messages: fitToModel(this.#messages, model),
      tools: this.#ctx.tools.list(this.#run.agentId),
      thinking: this.#open.thinking,
      failedCalls,
    };
  }

  #count(model: ResolvedModel): void {
    const { reply } = this.#candidates;
    this.#isUsageCounted &&= reply.usage !== undefined;
    const input = estimateTokens(contextChars(this.#messages));
    const used = reply.usage ?? usageOf({ input, output: estimateTokens(reply.text.length) }, model.price);
    this.#usage = addUsage(this.#usage, used);
    this.#lastUsage = used;
  }

  /** Writes the reply down, calls what it asks for one after the other, and writes down each result. */
  async #useTools(): Promise<void> {
    const { reply, active } = this.#candidates;
    this.#texts.push(this.#narrator.endMessage());
    const about = { ref: active, api: this.#ctx.catalog().apiOf(active), usage: this.#lastUsage ?? NO_USAGE };
    await this.#append(assistantMessage(reply, { ...about, now: this.#ctx.now() }));
    // From here on the reply is history: whatever ends the run now must not write or tell it again.
    this.#candidates.forgetReply();
    this.#narrator.nextMessage();
    for (const call of reply.toolCalls) {
      const message = await callTool(this.#ctx, { run: this.#run, narrator: this.#narrator, call });
      await this.#append(message);
      this.#run.signal.throwIfAborted();
    }
  }

  async #append(message: AssistantMessage | ToolResultMessage): Promise<void> {
    await appendMessage(this.#ctx, this.#run, message);
    this.#messages = [...this.#messages, toContext(message)];
  }

  #hint(): void {
    const { offlineHint } = this.#ctx;
    const isAsked = this.#run.identity.kind !== "http" && this.#order.model === undefined;
    if (offlineHint !== undefined && isAsked && this.#ctx.catalog().isOffline)
      this.#narrator.remark(offlineHint);
  }

  #systemPrompt(model: ResolvedModel): string {
    const { agentId } = this.#run;
    return buildSystemPrompt({
      agentId,
      agent: rosterOf(this.#ctx.config()).agents.get(agentId),
      workspaceDir: this.#ctx.workspaceDir(agentId),
      timeZone: this.#ctx.timeZone(),
      model: formatModelRef(model),
      thinking: this.#open.thinking,
      tools: this.#ctx.tools.list(agentId),
      extra: this.#order.extraSystemPrompt,
    });
  }

  #makeCandidates(): Candidates {
    const { limits, random } = this.#ctx;
    const showsThinking = this.#open.entry.reasoningLevel === "stream";
    return new Candidates({
      catalog: this.#ctx.catalog(),
      providers: this.#ctx.providers,
      candidates: this.#open.selection.candidates,
      narrator: this.#narrator,
      signal: this.#run.signal,
      listener: {
        text: (delta) => this.#narrator.say(delta),
        thinking: (delta) => (showsThinking ? this.#narrator.think(delta) : undefined),
        pace: () => this.#run.pace(),
      },
      room: new ReplyRoom(limits.runReplyChars),
      idleMs: limits.idleStreamMs,
      retryDelaysMs: limits.retryDelaysMs,
      retryAfterMaxMs: limits.retryAfterMaxMs,
      jitter: () => (random(1)[0] ?? 0) / 255,
    });
  }

  #result(failure: TurnFailure | undefined): TurnResult {
    const { reply, active, notice } = this.#candidates;
    return {
      reply,
      ref: active,
      api: this.#ctx.catalog().apiOf(active),
      texts: [...this.#texts, this.#narrator.shown].filter((text) => text !== ""),
      usage: this.#usage,
      lastUsage: this.#lastUsage,
      isUsageCounted: this.#isUsageCounted,
      failure,
      notice,
    };
  }
}

/** The transcript's message of a reply. */
export function assistantMessage(
  reply: ModelReply,
  o: {
    readonly ref: ModelRef;
    readonly api: string;
    readonly usage: Usage;
    readonly now: number;
    /** For a reply that is not whole. */
    readonly cut?: { readonly stopReason: "error" | "aborted"; readonly errorMessage: string };
  },
): AssistantMessage {
  const content: ContextPart[] = [];
  if (reply.thinking !== "") content.push({ type: "thinking", thinking: reply.thinking });
  if (reply.text !== "") content.push({ type: "text", text: reply.text });
  for (const call of reply.toolCalls) content.push({ type: "toolCall", ...call });
  const { provider, id: model } = o.ref;
  const stopReason = reply.toolCalls.length > 0 ? "toolUse" : reply.stopReason;
  return {
    role: "assistant",
    content,
    ...{ api: o.api, provider, model, usage: o.usage, stopReason },
    ...o.cut,
    timestamp: o.now,
  };
}

async function appendMessage(ctx: RunContext, run: Run, message: TranscriptMessage): Promise<void> {
  const { sessionId } = run;
  const written = await ctx.book.update(run.sessionKey, async () => {
    const writer = await ctx.book.writer(sessionId, ctx.now());
    const line = writer.message(message);
    const writes: AgentWrite[] = [{ type: "transcript.append", sessionId, lines: writer.lines }];
    return { writes, result: { line, position: writer.positionOf(line) } };
  });
  tellMessage(ctx, run, written);
}

function toContext(message: AssistantMessage | ToolResultMessage): ContextMessage {
  if (message.role === "assistant") return { role: "assistant", content: message.content };
  const { toolCallId, toolName, content, isError } = message;
  return { role: "toolResult", toolCallId, toolName, content, isError };
}
