import { chatErrorKindOf } from "../models/failure-text.ts";
import type { FailureReason } from "../models/types.ts";
import type { AssistantMessage } from "../sessions/transcript.ts";
import { VisibleText } from "../text/visible-text.ts";
import { AGENT_PACE, CHAT_PACE, DeltaCoalescer } from "./delta-coalescer.ts";
import type { Run } from "./run.ts";
import type { FallbackNotice, RunOutcome, ToolEvent } from "./types.ts";

/** Tells the world what a run does, in events; nothing is told after `end`. */
export class Narrator {
  readonly #run: Run;
  readonly #agent: DeltaCoalescer;
  readonly #chat: DeltaCoalescer;
  readonly #thinking: DeltaCoalescer;
  #visible = new VisibleText();
  #shown = "";

  constructor(run: Run, now: () => number) {
    this.#run = run;
    this.#agent = new DeltaCoalescer({
      pace: AGENT_PACE,
      now,
      send: ({ text, delta }) => run.emit({ type: "assistant", text, delta }),
    });
    this.#thinking = new DeltaCoalescer({
      pace: AGENT_PACE,
      now,
      send: ({ text, delta }) => run.emit({ type: "thinking", text, delta }),
    });
    this.#chat = new DeltaCoalescer({
      pace: CHAT_PACE,
      now,
      send: ({ text, delta, isFlush, isReplacement }) =>
        run.emit({
          type: "chat",
          key: run.sessionKey,
          state: "delta",
          text,
          deltaText: delta,
          ...(isReplacement && { replace: true }),
          ...(isFlush && { isFlush: true }),
        }),
    });
  }

  /** What users have seen of the current message. */
  get shown(): string {
    return this.#shown;
  }

  start(startedAt: number): void {
    this.#run.emit({ type: "lifecycle", phase: "start", startedAt });
  }

  retry(o: {
    readonly attempt: number;
    readonly delayMs: number;
    readonly reason: FailureReason;
    readonly error: string;
  }): void {
    this.#run.emit({ type: "lifecycle", phase: "retry", ...o });
  }

  fallback(notice: FallbackNotice): void {
    this.#run.emit({ type: "lifecycle", phase: "fallback", ...notice });
  }

  fallbackCleared(selectedProvider: string, selectedModel: string): void {
    this.#run.emit({ type: "lifecycle", phase: "fallback_cleared", selectedProvider, selectedModel });
  }

  /** The model said something; what of it users may see goes out. */
  say(delta: string): void {
    this.#thinking.flush();
    this.#show(this.#visible.push(delta));
  }

  think(delta: string): void {
    this.#thinking.push(delta);
  }

  /** The model has ended its message: what was held back goes out. Returns all users saw of it. */
  endMessage(): string {
    this.#show(this.#visible.end());
    return this.#shown;
  }

  /** The gateway adds a remark of its own to the message. */
  remark(text: string): void {
    this.#show(this.#shown === "" ? text : `\n\n${text}`);
  }

  /** The next message begins, after a tool was called. */
  nextMessage(): void {
    this.#flush();
    this.#chat.flush();
    this.#restart();
    this.#visible = new VisibleText();
    this.#shown = "";
  }

  tool(event: ToolEvent): void {
    this.#flush();
    this.#run.emit(event);
  }

  /** Says how the run ended: one terminal lifecycle event, one terminal chat event. */
  end(outcome: RunOutcome): void {
    this.#flush();
    const startedAt = outcome.startedAt === undefined ? {} : { startedAt: outcome.startedAt };
    const { endedAt } = outcome;
    if (outcome.status === "error") {
      this.#run.emit({ type: "lifecycle", phase: "error", error: outcome.message, endedAt, ...startedAt });
    } else {
      const cut = outcome.status === "ok" ? {} : { aborted: true as const };
      const { stopReason } = outcome;
      this.#run.emit({ type: "lifecycle", phase: "end", endedAt, stopReason, ...cut, ...startedAt });
    }
    this.#chat.flush();
    this.#restart();
    this.#endChat(outcome);
  }

  /** A reply the gateway gave without a model: a single chat event. */
  endCommand(text: string, injected: AssistantMessage): void {
    this.#run.emit({ type: "chat", key: this.#run.rawSessionKey, state: "final", text, injected });
  }

  #flush(): void {
    this.#thinking.flush();
    this.#agent.flush();
  }

  #restart(): void {
    for (const text of [this.#thinking, this.#agent, this.#chat]) text.restart();
  }

  #show(delta: string): void {
    this.#shown += delta;
    this.#agent.push(delta);
    this.#chat.push(delta);
  }

  #endChat(outcome: RunOutcome): void {
    const key = this.#run.sessionKey;
    const text = this.#shown === "" ? {} : { text: this.#shown };
    switch (outcome.status) {
      case "ok": {
        const { stopReason, usage } = outcome;
        return this.#run.emit({ type: "chat", key, state: "final", stopReason, usage, ...text });
      }
      case "error": {
        const errorKind = chatErrorKindOf(outcome.reason);
        return this.#run.emit({
          type: "chat",
          key,
          state: "error",
          errorMessage: outcome.message,
          errorKind,
        });
      }
      case "aborted":
      case "timeout": {
        const { stopReason } = outcome;
        const raw = this.#run.rawSessionKey;
        return this.#run.emit({ type: "chat", key: raw, state: "aborted", stopReason, ...text });
      }
      default:
        outcome satisfies never;
    }
  }
}
