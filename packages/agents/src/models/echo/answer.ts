import { GREETING_INSTRUCTION, HEARTBEAT_INSTRUCTION } from "../../prompt/instructions.ts";
import { stripEnvelope } from "../../text/envelope.ts";
import type { ContextMessage, ModelRequest } from "../types.ts";
import { parseEchoScript, type Directive, type EchoScript } from "./directives.ts";

/** What the built-in model is to do in one call. */
export interface EchoStep {
  /** Which call of the answer this is: the number of assistant messages since the user spoke. */
  readonly index: number;
  readonly directives: readonly Directive[];
  /** Said when no directive says anything; undefined for a call that only leads to tools. */
  readonly defaultAnswer: string | undefined;
}

/** Works out the step from the messages alone: the same messages always give the same step. */
export function planEchoStep(messages: readonly ContextMessage[]): EchoStep {
  const at = messages.findLastIndex((message) => message.role === "user");
  const user = messages[at];
  const content = user?.role === "user" ? user.content : [];
  const text = content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  const images = content.filter((part) => part.type === "image").length;
  const script = parseEchoScript(stripEnvelope(text));
  const index = messages.slice(at + 1).filter((message) => message.role === "assistant").length;
  const steps = splitSteps(script.directives);
  const step = steps[Math.min(index, steps.length - 1)] ?? [];
  const isAnswer = index >= steps.length - 1;
  return { index, directives: step, defaultAnswer: isAnswer ? defaultAnswerOf(script, images) : undefined };
}

/** Fills in what a `@say` may name: result, count, model. */
export function expandSay(text: string, request: ModelRequest): string {
  return text
    .replaceAll("@result", () => lastToolResult(request.messages))
    .replaceAll("@count", String(request.messages.length))
    .replaceAll("@model", `${request.model.provider}/${request.model.id}`);
}

function defaultAnswerOf(script: EchoScript, images: number): string {
  if (script.text.startsWith(HEARTBEAT_INSTRUCTION)) return "HEARTBEAT_OK";
  if (script.text === GREETING_INSTRUCTION) return "Hello. New session.";
  if (script.text !== "") return `You said: ${script.text}`;
  return images > 0 ? `Received ${images} image(s).` : "(empty message)";
}

/** A step ends with its tool calls; the last step has none. */
function splitSteps(directives: readonly Directive[]): readonly (readonly Directive[])[] {
  const steps: Directive[][] = [[]];
  for (const directive of directives) {
    steps.at(-1)?.push(directive);
    if (directive.do === "tools") steps.push([]);
  }
  return steps;
}

function lastToolResult(messages: readonly ContextMessage[]): string {
  const result = messages.findLast((message) => message.role === "toolResult");
  const texts = result?.content.flatMap((part) => (part.type === "text" ? [part.text] : [])) ?? [];
  return texts.join("\n").slice(0, 2000);
}
