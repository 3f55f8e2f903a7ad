import { isRecord } from "../body.ts";

/** What a run is given: the text to answer and what the caller adds to the agent's own system prompt. */
export interface Prompt {
  readonly message: string;
  readonly extraSystemPrompt?: string;
}

interface Entry {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly name?: string;
  readonly text: string;
}

const HISTORY_TITLE = "[Chat messages since your last reply - for context]";
const CURRENT_TITLE = "[Current message - respond to this]";

// Other roles, and messages without text, are left out.
const ROLES: ReadonlyMap<unknown, Entry["role"]> = new Map([
  ["system", "system"],
  ["developer", "system"],
  ["user", "user"],
  ["assistant", "assistant"],
  ["tool", "tool"],
  ["function", "tool"],
]);

/**
 * Folds OpenAI `messages` into one prompt. The last user or tool message is the one to answer; earlier ones are
 * quoted before it, later ones dropped. Undefined when no message has text.
 *
 * Docs: protocol.md#chat-completions
 */
export function buildPrompt(messages: unknown): Prompt | undefined {
  const entries = (Array.isArray(messages) ? messages : []).flatMap(readEntry);
  const system = entries.filter((entry) => entry.role === "system").map((entry) => entry.text);
  const conversation = entries.filter((entry) => entry.role !== "system");
  const lastAsked = conversation.findLastIndex((entry) => entry.role === "user" || entry.role === "tool");
  const current = conversation.at(lastAsked);
  if (!current) return undefined;
  const history = conversation.slice(0, lastAsked === -1 ? -1 : lastAsked);
  return {
    message: history.length === 0 ? current.text : quoteHistory(history, current),
    ...(system.length > 0 && { extraSystemPrompt: system.join("\n\n") }),
  };
}

function quoteHistory(history: readonly Entry[], current: Entry): string {
  return [HISTORY_TITLE, ...history.map(labelled), "", CURRENT_TITLE, labelled(current)].join("\n");
}

function labelled(entry: Entry): string {
  const tool = entry.name === undefined ? "Tool" : `Tool:${entry.name}`;
  const label = entry.role === "user" ? "User" : entry.role === "assistant" ? "Assistant" : tool;
  return `${label}: ${entry.text}`;
}

function readEntry(message: unknown): Entry[] {
  if (!isRecord(message)) return [];
  const role = ROLES.get(message["role"]);
  const text = readContent(message["content"]);
  if (role === undefined || text.trim() === "") return [];
  const name = message["name"];
  return [{ role, text, ...(typeof name === "string" && name !== "" && { name }) }];
}

function readContent(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.flatMap(readPart).join("\n");
}

function readPart(part: unknown): string[] {
  if (!isRecord(part)) return [];
  const { type, text, input_text: inputText } = part;
  if ((type === "text" || type === "input_text") && typeof text === "string") return [text];
  return typeof inputText === "string" ? [inputText] : [];
}
