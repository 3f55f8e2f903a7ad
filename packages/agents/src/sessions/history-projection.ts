import type { ContextPart } from "../models/types.ts";
import { stripEnvelope } from "../text/envelope.ts";
import { cutText } from "../text/message-text.ts";
import { visibleTextOf } from "../text/visible-text.ts";
import type { AssistantMessage, MessageLine, TranscriptLine, UserMessage } from "./transcript.ts";

const MAX_FIELD_CHARS = 12_000;
const MAX_MESSAGE_BYTES = 131_072;
const MAX_LIST_BYTES = 6_291_456;
const CUT_MARK = "\n...(truncated)...";

/** A message with everything removed that clients have no use for; open, since transcripts are. */
export type HistoryMessage = Readonly<Record<string, unknown>> & { readonly role: string };

/** The messages of a transcript as clients read them, in file order. Silent replies are left out. */
export function projectHistory(lines: readonly TranscriptLine[]): readonly HistoryMessage[] {
  return lines.flatMap(projectLine);
}

/** A message and its place in the transcript, counted from 1. */
export interface PlacedMessage {
  readonly place: number;
  readonly message: HistoryMessage;
}

/** The same, each marked with its line's id and place; the first of `lines` stands at `first`. */
export function projectPlaced(lines: readonly TranscriptLine[], first: number): readonly PlacedMessage[] {
  return lines.flatMap((line, index) => {
    const place = first + index;
    return projectLine(line).map((message) => ({
      place,
      message: withMark(message, { id: line.id, seq: place }),
    }));
  });
}

/** Adds what the gateway knows about a message to what it already noted. */
export function withMark(message: HistoryMessage, mark: Readonly<Record<string, unknown>>): HistoryMessage {
  const { __openclaw: known } = message;
  return { ...message, __openclaw: { ...(typeof known === "object" && known), ...mark } };
}

function projectLine(line: TranscriptLine): readonly HistoryMessage[] {
  if (line.type === "compaction") return [compactionMessage(line.id, line.timestamp)];
  return line.type === "message" ? projectMessage(line) : [];
}

/** The newest messages whose JSON fits the budget of one answer. */
export function fitHistory(messages: readonly HistoryMessage[], limit: number): readonly HistoryMessage[] {
  const kept: HistoryMessage[] = [];
  let bytes = 2;
  for (const message of messages.slice(-limit).reverse()) {
    const fitted = fitMessage(message);
    bytes += Buffer.byteLength(JSON.stringify(fitted)) + 1;
    if (bytes > MAX_LIST_BYTES) break;
    kept.push(fitted);
  }
  return kept.reverse();
}

function projectMessage(line: MessageLine): readonly HistoryMessage[] {
  const { message } = line;
  switch (message.role) {
    case "user":
      return [projectUser(message)];
    case "assistant":
      return projectAssistant(message);
    case "toolResult": {
      const { details: _details, content, ...rest } = message;
      return [{ ...rest, content: content.map((part) => projectPart(part)) }];
    }
    default:
      // Roles of imported transcripts nobody here knows.
      return [];
  }
}

function projectUser(message: UserMessage): HistoryMessage {
  const { content } = message;
  const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  return { ...message, content: parts.map((part) => projectPart(part, stripEnvelope)) };
}

function projectAssistant(message: AssistantMessage): readonly HistoryMessage[] {
  const { usage: _usage, content, ...rest } = message;
  const parts = content.map((part) => projectPart(part, visibleTextOf));
  const isSilent =
    content.some(isSaid) && parts.every((part) => part["type"] === "thinking" || part["text"] === "");
  return isSilent ? [] : [{ ...rest, content: parts }];
}

function isSaid(part: ContextPart): boolean {
  return part.type === "text" && part.text !== "";
}

function projectPart(
  part: ContextPart,
  clean: (text: string) => string = (text) => text,
): Record<string, unknown> {
  switch (part.type) {
    case "text":
      return { type: "text", text: cutField(clean(part.text)) };
    case "thinking":
      return { type: "thinking", thinking: cutField(part.thinking) };
    case "image": {
      const bytes = Math.floor((part.data.length * 3) / 4);
      return { type: "image", mimeType: part.mimeType, omitted: true, bytes };
    }
    case "toolCall": {
      const json = JSON.stringify(part.arguments ?? {});
      const isLong = json.length > MAX_FIELD_CHARS;
      return { ...part, arguments: isLong ? cutField(json) : part.arguments };
    }
    default:
      return part satisfies never;
  }
}

function cutField(text: string): string {
  return text.length <= MAX_FIELD_CHARS ? text : cutText(text, MAX_FIELD_CHARS) + CUT_MARK;
}

function fitMessage(message: HistoryMessage): HistoryMessage {
  if (Buffer.byteLength(JSON.stringify(message)) <= MAX_MESSAGE_BYTES) return message;
  return {
    role: message.role,
    content: [{ type: "text", text: "[chat.history omitted: message too large]" }],
    timestamp: message["timestamp"],
    __openclaw: {
      ...(typeof message["__openclaw"] === "object" && message["__openclaw"]),
      truncated: true,
      reason: "oversized",
    },
  };
}

function compactionMessage(id: string, timestamp: string): HistoryMessage {
  return {
    role: "system",
    content: [{ type: "text", text: "Compaction" }],
    timestamp: Date.parse(timestamp),
    __openclaw: { kind: "compaction", id },
  };
}
