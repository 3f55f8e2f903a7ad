import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { contextChars, estimateTokens, usageOf } from "../usage.ts";
import type { ModelEvent, ModelProvider, ModelRequest, StopReason, Usage } from "../types.ts";
import { expandSay, planEchoStep, type EchoStep } from "./answer.ts";
import type { EchoToolCall } from "./directives.ts";
import { echoFailure } from "./failures.ts";
import { failureOfModel } from "./models.ts";

const ARGUMENT_PIECE_CHARS = 8;

/**
 * The built-in model: answers with the user's own words, or does what lines like `@words 50` in them ask for. Needs
 * no key and no network, and says the same to the same messages. Docs: configuration.md#built-in-model
 */
export const echoProvider: ModelProvider = {
  stream: (request, signal) => new EchoCall(request, signal).run(),
};

/** One call of the built-in model. */
class EchoCall {
  readonly #request: ModelRequest;
  readonly #signal: AbortSignal;
  readonly #step: EchoStep;
  #delayMs = 0;
  #chunkSize: number | undefined;
  #answer = "";
  #stopReason: StopReason = "stop";
  #isDropped = false;
  #usage: Readonly<Record<string, unknown>> | undefined;

  constructor(request: ModelRequest, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.#step = planEchoStep(request.messages);
  }

  async *run(): AsyncGenerator<ModelEvent> {
    const { model, messages } = this.#request;
    const failure = failureOfModel(model.id);
    if (failure !== undefined) throw echoFailure(failure);
    const input = estimateTokens(contextChars(messages));
    if (input > model.contextWindow) throw echoFailure("overflow");
    yield* this.#directives();
    if (this.#isDropped) return;
    if (this.#answer === "" && this.#step.defaultAnswer !== undefined)
      yield* this.#say(this.#step.defaultAnswer);
    const counted = usageOf({ input, output: estimateTokens(this.#answer.length) }, model.price);
    yield { type: "finish", stopReason: this.#stopReason, usage: withReported(counted, this.#usage) };
  }

  async *#directives(): AsyncGenerator<ModelEvent> {
    for (const directive of this.#step.directives) {
      switch (directive.do) {
        case "say":
          yield* this.#say(expandSay(directive.text, this.#request));
          break;
        case "words":
          yield* this.#say(Array.from({ length: directive.count }, (_, index) => `w${index + 1}`).join(" "));
          break;
        case "think":
          if (this.#request.thinking !== "off") yield* this.#stream("thinking", directive.text);
          break;
        case "tools":
          yield* this.#callTools(directive.calls);
          break;
        case "delay":
          this.#delayMs = directive.ms;
          break;
        case "chunk":
          this.#chunkSize = directive.size;
          break;
        case "wait":
          await pause(directive.ms, undefined, { signal: this.#signal });
          break;
        case "error":
          throw echoFailure(directive.reason, directive.message);
        case "flaky":
          if (this.#request.failedCalls < directive.times) throw echoFailure(directive.reason);
          break;
        case "drop":
          this.#isDropped = true;
          return;
        case "stop-length":
          this.#stopReason = "length";
          break;
        case "usage":
          this.#usage = directive.usage;
          break;
        default:
          directive satisfies never;
      }
    }
  }

  async *#say(text: string): AsyncGenerator<ModelEvent> {
    yield* this.#stream("text", this.#answer === "" ? text : `\n${text}`);
  }

  async *#stream(type: "text" | "thinking", text: string): AsyncGenerator<ModelEvent> {
    for (const delta of chunksOf(text, this.#chunkSize)) {
      if (this.#delayMs > 0) await pause(this.#delayMs, undefined, { signal: this.#signal });
      else await nextTurn();
      this.#signal.throwIfAborted();
      if (type === "text") this.#answer += delta;
      yield { type, delta };
    }
  }

  async *#callTools(calls: readonly EchoToolCall[]): AsyncGenerator<ModelEvent> {
    yield* this.#say(`Calling ${calls.map(({ name }) => name).join(", ")}.`);
    this.#stopReason = "toolUse";
    for (const [index, { name, args }] of calls.entries()) {
      const id = `call_${this.#step.index}_${index}`;
      const json = JSON.stringify(args);
      for (let at = 0; at < json.length; at += ARGUMENT_PIECE_CHARS) {
        await nextTurn();
        this.#signal.throwIfAborted();
        yield { type: "tool-input", id, name, delta: json.slice(at, at + ARGUMENT_PIECE_CHARS) };
      }
      yield { type: "tool-call", id, name, arguments: args };
    }
  }
}

/** Words with the space after them, or pieces of so many characters. */
function* chunksOf(text: string, size: number | undefined): Generator<string> {
  if (size === undefined) {
    for (const [word] of text.matchAll(/^\s+|\S+\s*/gu)) yield word;
    return;
  }
  let piece: string[] = [];
  for (const character of text) {
    piece.push(character);
    if (piece.length < size) continue;
    yield piece.join("");
    piece = [];
  }
  if (piece.length > 0) yield piece.join("");
}

function withReported(counted: Usage, reported: Readonly<Record<string, unknown>> | undefined): Usage {
  if (reported === undefined) return counted;
  const tokens = (field: string): number => {
    const value = reported[field];
    return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : 0;
  };
  const free = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const [input, output] = [tokens("input"), tokens("output")];
  return usageOf({ input, output, cacheRead: tokens("cacheRead"), cacheWrite: tokens("cacheWrite") }, free);
}
