import type { RunOutcome } from "@openclaw/agents";

type Answer = Extract<RunOutcome, { readonly status: "ok" }>;
type FinishReason = "stop" | "length" | "tool_calls";

const NO_RESPONSE = "No response from OpenClaw.";

/** What all parts of one reply share. */
export interface ReplyHead {
  /** Also the run id, by which the same run appears on the WebSocket. */
  readonly id: string;
  /** Epoch seconds; one value for a whole stream. */
  readonly created: number;
  readonly model: string;
}

/** Text of an answer: every payload, separated by blank lines. */
export function answerText(outcome: RunOutcome): string {
  const texts = outcome.payloads.flatMap((payload) => (payload.text ? [payload.text] : []));
  return texts.length === 0 ? NO_RESPONSE : texts.join("\n\n");
}

/** The reply of a request that does not stream. */
export function completion(head: ReplyHead, outcome: Answer) {
  const message = { role: "assistant", content: answerText(outcome) };
  return {
    id: head.id,
    object: "chat.completion",
    created: head.created,
    model: head.model,
    choices: [{ index: 0, message, finish_reason: finishReason(outcome) }],
    usage: usage(outcome),
  };
}

/** One chunk of a streamed reply; clients count on `finish_reason` being there, null until the last. */
export function chunk(
  head: ReplyHead,
  delta: Readonly<Record<string, string>>,
  finish: FinishReason | null = null,
) {
  return { ...chunkHead(head), choices: [{ index: 0, delta, finish_reason: finish }] };
}

/** The chunk after the last one when the caller asked for usage. */
export function usageChunk(head: ReplyHead, outcome: Answer) {
  return { ...chunkHead(head), choices: [], usage: usage(outcome) };
}

function chunkHead(head: ReplyHead) {
  return { id: head.id, object: "chat.completion.chunk", created: head.created, model: head.model };
}

/** Why the answer ended, in OpenAI's words. */
export function finishReason(outcome: Answer): FinishReason {
  return outcome.stopReason === "toolUse" ? "tool_calls" : outcome.stopReason;
}

function usage({ usage: { input, output, cacheRead, cacheWrite } }: RunOutcome) {
  const promptTokens = input + cacheRead + cacheWrite;
  return { prompt_tokens: promptTokens, completion_tokens: output, total_tokens: promptTokens + output };
}
