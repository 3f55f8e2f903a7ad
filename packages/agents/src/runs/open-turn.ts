import { formatModelRef } from "../models/catalog.ts";
import { parseThinkingLevel, selectModels, type ModelSelection } from "../models/selection.ts";
import type { ContextPart, ModelRef, ThinkingLevel } from "../models/types.ts";
import type { SessionEntry } from "../sessions/entry.ts";
import { expiredEntry, newEntry, resetEntry } from "../sessions/fresh-entry.ts";
import { isSessionStale, resolveResetPolicy } from "../sessions/reset-policy.ts";
import { rosterOf } from "../sessions/roster.ts";
import { newSessionId } from "../sessions/session-id.ts";
import type { MessageLine, UserMessage } from "../sessions/transcript.ts";
import { TranscriptWriter } from "../sessions/transcript-writer.ts";
import type { SystemNote } from "../text/envelope.ts";
import { previewOf } from "../text/message-text.ts";
import type { Run } from "./run.ts";
import type { RunContext, RunOrder } from "./run-context.ts";
import { pendingRecord } from "./run-record.ts";

const TITLE_CHARS = 60;

/** A turn whose user line is durable and whose models are chosen. */
export interface OpenTurn {
  readonly entry: SessionEntry;
  readonly selection: ModelSelection;
  readonly thinking: ThinkingLevel;
  readonly input: MessageLine;
  /** The input's place in the transcript, counted from 1. */
  readonly inputPosition: number;
}

/** What of an order the user said. */
type SpokenOrder = Pick<RunOrder, "text" | "isInstruction" | "attachments">;

/**
 * Begins a run's turn in one commit: session entry (a new session id when it is time to start over), transcript
 * header and settings where they changed, the user's line, and the run's record.
 */
export async function openTurn(ctx: RunContext, run: Run, order: RunOrder): Promise<OpenTurn> {
  const notes = ctx.systemEvents.peek(run.sessionKey);
  const turn = await ctx.book.update(run.sessionKey, async (current) => {
    const now = ctx.now();
    const base = currentSession(ctx, run, { current, order, now });
    const { selection, thinking } = choicesOf(ctx, { run, order, entry: base });
    const writer = await ctx.book.writer(base.sessionId, now);
    writeSettings(ctx, writer, { entry: base, selected: selection.selected, thinking });
    const input = writer.message(userMessage(ctx, order, { notes: notesFor(base, notes, now), now }));
    run.sessionId = base.sessionId;
    const noted = { notedModel: formatModelRef(selection.selected), notedThinking: thinking };
    const entry = { ...entryAfter(base, { run, order, now }), ...noted };
    const record = pendingRecord(run, { state: "accepted", input, inputWritten: true });
    return {
      writes: [
        { type: "session.put", entry },
        { type: "transcript.append", sessionId: entry.sessionId, lines: writer.lines },
        { type: "run.put", run: record },
      ],
      result: { entry, selection, thinking, input, inputPosition: writer.positionOf(input) },
    };
  });
  run.entry = turn.entry;
  ctx.systemEvents.drop(run.sessionKey, notes);
  return turn;
}

/** The user's message of a run that must wait, to be kept in its record; it gets its place in the transcript later. */
export function waitingInput(ctx: RunContext, order: SpokenOrder): MessageLine {
  const now = ctx.now();
  const writer = new TranscriptWriter({ sessionId: "", tail: undefined, now, random: ctx.random });
  return writer.message(userMessage(ctx, order, { notes: [], now }));
}

function currentSession(
  ctx: RunContext,
  run: Run,
  o: { readonly current: SessionEntry | undefined; readonly order: RunOrder; readonly now: number },
): SessionEntry {
  const { current, order, now } = o;
  const { sessionKey: key, agentId } = run;
  const sessionId = newSessionId(ctx.random);
  if (current === undefined) return withModel(newEntry({ key, agentId, sessionId, now }), order);
  if (order.reset !== undefined) return withModel(resetEntry(current, sessionId, now), order);
  const { chatType, channel = current.lastChannel } = current;
  const policy = resolveResetPolicy(ctx.config().session, { key, chatType, channel });
  return isSessionStale(policy, current, now) ? expiredEntry(current, sessionId, now) : current;
}

function withModel(entry: SessionEntry, order: RunOrder): SessionEntry {
  const model = order.reset?.model;
  return model === undefined
    ? entry
    : { ...entry, providerOverride: model.provider, modelOverride: model.id };
}

function choicesOf(
  ctx: RunContext,
  o: { readonly run: Run; readonly order: RunOrder; readonly entry: SessionEntry },
): { readonly selection: ModelSelection; readonly thinking: ThinkingLevel } {
  const config = ctx.config();
  const catalog = ctx.catalog();
  const agent = rosterOf(config).agents.get(o.run.agentId);
  const selection = selectModels({ catalog, config, agent, entry: o.entry, requested: o.order.model });
  const configured = o.entry.thinkingLevel ?? config.agents?.defaults?.thinkingDefault;
  const fallback = catalog.info(selection.selected).reasoning ? "low" : "off";
  const stored = configured === undefined ? undefined : parseThinkingLevel(configured);
  return { selection, thinking: o.order.thinking ?? stored ?? fallback };
}

/** Header of a new transcript, and model and level where they are new or changed. */
function writeSettings(
  ctx: RunContext,
  writer: TranscriptWriter,
  o: {
    readonly entry: SessionEntry;
    readonly selected: ModelRef;
    readonly thinking: ThinkingLevel;
  },
): void {
  const { entry, selected, thinking } = o;
  writer.header(ctx.workspaceDir(entry.agentId));
  const isNewModel = entry.notedModel !== formatModelRef(selected);
  writer.settings({
    ...(isNewModel && { model: { ...selected, api: ctx.catalog().apiOf(selected) } }),
    ...(entry.notedThinking !== thinking && { thinking }),
  });
}

function userMessage(
  ctx: RunContext,
  order: SpokenOrder,
  o: { readonly notes: readonly SystemNote[]; readonly now: number },
): UserMessage {
  const envelope = ctx.envelope();
  const body = order.isInstruction ? order.text : envelope.wrap(order.text, o.now);
  const images = order.attachments.map(({ mimeType, data }): ContextPart => ({
    type: "image",
    mimeType,
    data,
  }));
  const text = envelope.withNotes(body, o.notes);
  return { role: "user", content: [{ type: "text", text }, ...images], timestamp: o.now };
}

function notesFor(entry: SessionEntry, notes: readonly SystemNote[], now: number): readonly SystemNote[] {
  if (entry.abortedLastRun !== true) return notes;
  return [{ text: "The previous run was cut short before it was done.", at: now }, ...notes];
}

function entryAfter(
  entry: SessionEntry,
  o: { readonly run: Run; readonly order: RunOrder; readonly now: number },
): SessionEntry {
  const title = o.order.isInstruction ? "" : previewOf(o.order.text, TITLE_CHARS);
  return {
    ...entry,
    ...(o.run.identity.kind === "chat" && webchatRoute(entry)),
    ...(entry.titleText === undefined && title !== "" && { titleText: title }),
    updatedAt: o.now,
    lastInteractionAt: o.now,
  };
}

/** Chats of clients have no channel of their own; a route of a real channel is left alone. */
function webchatRoute(entry: SessionEntry): Partial<SessionEntry> {
  return {
    chatType: entry.chatType ?? "direct",
    origin: entry.origin ?? { provider: "webchat", surface: "webchat", chatType: "direct" },
    deliveryContext: entry.deliveryContext ?? { channel: "webchat" },
    lastChannel: entry.lastChannel ?? "webchat",
  };
}
