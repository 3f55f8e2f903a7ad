import type { ContextMessage, ContextPart, ModelInfo } from "../models/types.ts";
import type { AssistantMessage, TranscriptLine, TranscriptMessage } from "./transcript.ts";

const MAX_TOOL_RESULT_CHARS = 400_000;
const TOOL_RESULT_SHARE = 0.3;
const CHARS_PER_TOKEN = 4;

/** What the model gets to see of a transcript: the current branch, from the latest compaction on. */
export function contextOf(lines: readonly TranscriptLine[]): readonly ContextMessage[] {
  return withPairedTools(branchOf(lines).flatMap(toContext));
}

/** The lines the context is made of. */
export function branchOf(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  return sinceCompaction(currentBranch(lines));
}

/** The context as one model can take it: images only if it reads them, tool results cut to its window. */
export function fitToModel(messages: readonly ContextMessage[], model: ModelInfo): readonly ContextMessage[] {
  const canSee = model.input.includes("image");
  const share = Math.floor(model.contextWindow * TOOL_RESULT_SHARE * CHARS_PER_TOKEN);
  const maxChars = Math.min(MAX_TOOL_RESULT_CHARS, share);
  return messages.map((message) => {
    if (message.role === "assistant") return message;
    const content = message.content.map((part): ContextPart => {
      if (part.type === "image" && !canSee)
        return { type: "text", text: `[image omitted: ${part.mimeType}]` };
      const isLong = message.role === "toolResult" && part.type === "text" && part.text.length > maxChars;
      return isLong ? { type: "text", text: `${part.text.slice(0, maxChars)}\n...(truncated)...` } : part;
    });
    return { ...message, content };
  });
}

/** Replies the gateway gave itself; the model never said them. */
export function isInjected(message: TranscriptMessage): boolean {
  return (
    message.role === "assistant" && message.provider === "openclaw" && message.model === "gateway-injected"
  );
}

/** From the last line to the root. A line whose parent is not there is a root. */
function currentBranch(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const parents: (number | undefined)[] = [];
  const byId = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const parentId = line.type === "session" ? null : line.parentId;
    // Looked up before the line itself is added: of two lines with one id the nearer is the parent.
    parents.push(parentId === null ? undefined : byId.get(parentId));
    byId.set(line.id, index);
  }
  const branch: TranscriptLine[] = [];
  let at: number | undefined = lines.length - 1;
  while (at !== undefined) {
    const line: TranscriptLine | undefined = lines[at];
    if (line === undefined) break;
    branch.push(line);
    at = parents[at];
  }
  return branch.reverse();
}

function sinceCompaction(branch: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const at = branch.findLastIndex((line) => line.type === "compaction");
  const compaction = branch[at];
  if (compaction?.type !== "compaction") return branch;
  const kept = branch.findIndex((line) => line.id === compaction.firstKeptEntryId);
  const older = kept < 0 ? [] : branch.slice(kept, at);
  return [compaction, ...older, ...branch.slice(at + 1)];
}

function toContext(line: TranscriptLine): readonly ContextMessage[] {
  if (line.type === "compaction") return [{ role: "user", content: [{ type: "text", text: line.summary }] }];
  if (line.type === "custom_message") return [{ role: "user", content: partsOf(line.content) }];
  if (line.type !== "message" || isInjected(line.message)) return [];
  const { message } = line;
  switch (message.role) {
    case "user":
      return [{ role: "user", content: partsOf(message.content) }];
    case "assistant": {
      const content = message.content.filter(isWorthSending);
      return content.length === 0 ? [] : [{ role: "assistant", content: withoutOpenCalls(message, content) }];
    }
    case "toolResult": {
      const { toolCallId, toolName, isError } = message;
      return [{ role: "toolResult", toolCallId, toolName, isError, content: message.content }];
    }
    default:
      // Roles of imported transcripts nobody here knows.
      return [];
  }
}

function partsOf(content: string | readonly ContextPart[]): readonly ContextPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function isWorthSending(part: ContextPart): boolean {
  return part.type === "toolCall" || (part.type === "text" && part.text !== "");
}

/** A reply that was cut short may hold calls that were never made. */
function withoutOpenCalls(
  message: AssistantMessage,
  content: readonly ContextPart[],
): readonly ContextPart[] {
  const isCut = message.stopReason === "aborted" || message.stopReason === "error";
  return isCut ? content.filter((part) => part.type !== "toolCall") : content;
}

/** Every call is answered and every answer was asked for: providers refuse anything else. */
function withPairedTools(messages: readonly ContextMessage[]): readonly ContextMessage[] {
  const paired: ContextMessage[] = [];
  let open = new Map<string, string>();
  const closeOpen = (): void => {
    for (const [toolCallId, toolName] of open) {
      const content = [{ type: "text", text: "No result: the run ended before the tool did." }] as const;
      paired.push({ role: "toolResult", toolCallId, toolName, content, isError: true });
    }
    open = new Map();
  };
  for (const message of messages) {
    if (message.role === "toolResult") {
      if (open.delete(message.toolCallId)) paired.push(message);
      continue;
    }
    closeOpen();
    if (message.content.length > 0) paired.push(message);
    if (message.role === "assistant") open = callsOf(message);
  }
  closeOpen();
  return paired;
}

function callsOf(message: ContextMessage): Map<string, string> {
  return new Map(message.content.flatMap((part) => (part.type === "toolCall" ? [[part.id, part.name]] : [])));
}
