import type { RunEvent, RunHandle } from "@openclaw/agents";
import { DONE_FRAME, dataFrame } from "../sse.ts";
import { answerText, chunk, finishReason, usageChunk, type ReplyHead } from "./completion.ts";
import { outcomeRefusal } from "./failure.ts";

/** How to tell a run as a stream. */
export interface StreamOptions {
  readonly head: ReplyHead;
  readonly includesUsage: boolean;
}

const MESSAGE_SEPARATOR = "\n\n";

/**
 * Tells a run as OpenAI chunks: role at once, text as it comes, finish, usage if asked for, `[DONE]`. The texts add
 * up to the answer a request without `stream` gets. A failure becomes an error frame, since the status is gone.
 */
export async function* chatFrames(
  run: RunHandle,
  options: StreamOptions,
): AsyncGenerator<string, void, void> {
  const { head } = options;
  const events = run.events();
  yield dataFrame(chunk(head, { role: "assistant" }));
  let sent = "";
  for await (const event of events) {
    const piece = textPiece(event, sent);
    if (piece === "") continue;
    sent += piece;
    yield dataFrame(chunk(head, { content: piece }));
  }
  const outcome = await run.final;
  if (outcome.status !== "ok") {
    yield dataFrame({ error: { message: outcomeRefusal(outcome).message, type: "api_error" } });
    yield DONE_FRAME;
    return;
  }
  const rest = remainder(answerText(outcome), sent);
  if (rest !== "") yield dataFrame(chunk(head, { content: rest }));
  yield dataFrame(chunk(head, {}, finishReason(outcome)));
  if (options.includesUsage) yield dataFrame(usageChunk(head, outcome));
  yield DONE_FRAME;
}

/** New text of an event; a message that starts over after a tool call is set apart by a blank line. */
function textPiece(event: RunEvent, sent: string): string {
  if (event.type !== "assistant" || event.delta === "") return "";
  const isNewMessage = sent !== "" && event.text === event.delta;
  return isNewMessage ? MESSAGE_SEPARATOR + event.delta : event.delta;
}

/** What the answer holds beyond the text already sent, such as a reply that was never streamed. */
function remainder(answer: string, sent: string): string {
  return answer.startsWith(sent) ? answer.slice(sent.length) : "";
}
