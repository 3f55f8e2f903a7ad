import type { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { ContextMessage, ContextPart, ModelRequest } from "./types.ts";

type ChatModel = ReturnType<ReturnType<typeof createOpenAICompatible>["chatModel"]>;
type Prompt = Parameters<ChatModel["doStream"]>[0]["prompt"];
type PromptMessage = Prompt[number];

/** The context in the words of the provider library. Thinking of earlier answers is not sent back. */
export function toPrompt(request: ModelRequest): Prompt {
  const messages = request.messages.map((message) => toMessage(message));
  return request.system === "" ? messages : [{ role: "system", content: request.system }, ...messages];
}

function toMessage(message: ContextMessage): PromptMessage {
  switch (message.role) {
    case "user":
      return { role: "user", content: message.content.flatMap(toUserPart) };
    case "assistant":
      return { role: "assistant", content: message.content.flatMap(toAssistantPart) };
    case "toolResult": {
      const { toolCallId, toolName, isError } = message;
      const value = textOf(message.content);
      const output = { type: isError ? ("error-text" as const) : ("text" as const), value };
      return { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output }] };
    }
    default:
      return message satisfies never;
  }
}

function toUserPart(part: ContextPart): Extract<PromptMessage, { role: "user" }>["content"] {
  if (part.type === "text") return [{ type: "text", text: part.text }];
  return part.type === "image" ? [{ type: "file", mediaType: part.mimeType, data: part.data }] : [];
}

function toAssistantPart(part: ContextPart): Extract<PromptMessage, { role: "assistant" }>["content"] {
  if (part.type === "text") return [{ type: "text", text: part.text }];
  if (part.type !== "toolCall") return [];
  return [{ type: "tool-call", toolCallId: part.id, toolName: part.name, input: part.arguments }];
}

function textOf(content: readonly ContextPart[]): string {
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}
