import { NO_USAGE } from "../models/usage.ts";
import type { AssistantMessage } from "./transcript.ts";

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
