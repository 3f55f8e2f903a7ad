import type { ChatErrorKind, FailureReason, StopReason, Usage } from "../models/types.ts";
import type { AssistantMessage } from "../sessions/transcript.ts";

/** Which door a run came through. */
export type RunKind = "agent" | "chat" | "http";

/** An image sent along with a message; `data` is base64. */
export interface Attachment {
  readonly mimeType: string;
  readonly data: string;
  readonly fileName?: string;
}

/** Who wrote a message, in the words of where it came from; for showing, never for deciding. */
export interface RunSender {
  readonly id: string;
  readonly name?: string;
}

/** What to run. Entry points only build this and decide on delivery. */
export interface RunRequest {
  readonly kind: RunKind;
  /** Who asks; idempotency keys of different principals are independent. */
  readonly principal: string;
  /** The caller's idempotency key. */
  readonly runId: string;
  /** W3C trace context of the request, for the log lines of the run. */
  readonly traceparent?: string;
  /** Whose message it is. @default nobody in particular */
  readonly sender?: RunSender;
  /** As sent by the client; absent: the agent's main session. */
  readonly sessionKey?: string;
  readonly sessionId?: string;
  readonly agentId?: string;
  readonly message: string;
  /** The request's parameters, hashed for the idempotency check. */
  readonly params: unknown;
  readonly thinking?: string;
  /** Bound of the run from its start. 0 means none; absent or negative means the configured default. */
  readonly timeoutMs?: number;
  readonly extraSystemPrompt?: string;
  /** Model reference that wins over the session's and the configured one. */
  readonly model?: string;
  /** As sent by the client; checked here. */
  readonly attachments?: readonly unknown[];
  /** Aborts the run when the client is gone. */
  readonly signal?: AbortSignal;
  /** Cuts short what runs and waits in the session. @default false */
  readonly interrupts?: boolean;
  /** Whether the caller may start the session over (`/new`, `/reset`): `operator.admin`. @default false */
  readonly mayReset?: boolean;
  /**
   * Decides about a command that waits (`/approve`), with the rights of who sent the message; gives the reason when it
   * could not. @default the sender may decide nothing: `operator.approvals`
   */
  readonly decide?: (id: string, decision: string) => string | undefined;
}

/** What became of a request. */
export type RunStart =
  /** A new run. `handle.events()` called in the same turn of the event loop misses nothing. */
  | { readonly status: "accepted"; readonly handle: RunHandle }
  /** The same request is running already. */
  | {
      readonly status: "in_flight";
      readonly runId: string;
      readonly sessionKey: string;
      readonly agentId: string;
      readonly acceptedAt: number;
    }
  /** The same request has ended: its outcome again. */
  | {
      readonly status: "done";
      readonly runId: string;
      readonly sessionKey: string;
      readonly agentId: string;
      readonly acceptedAt: number;
      readonly outcome: RunOutcome;
    }
  /** The message was a stop phrase: runs of that session were aborted, none was started. */
  | { readonly status: "stopped"; readonly aborted: boolean; readonly runIds: readonly string[] };

/** A run that was accepted. */
export interface RunHandle {
  readonly runId: string;
  /** Canonical. */
  readonly sessionKey: string;
  /** As sent. */
  readonly rawSessionKey: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly acceptedAt: number;
  /** Resolves once everything is durable and every event was emitted; never rejects. */
  readonly final: Promise<RunOutcome>;
  /**
   * This run's events from now on; ends after the terminal ones. A consumer that stops reading holds the model
   * back, so read on or `return()`.
   */
  events(): AsyncIterable<RunEvent>;
  abort(reason: AbortReason): void;
}

/** Why a run was cut short; clients see it as `stopReason`. */
export type AbortReason = "rpc" | "stop" | "disconnect" | "interrupt" | "reset" | "shutdown" | "timeout";

/** Numbers and names about a finished run. */
export interface RunMeta {
  readonly durationMs: number;
  readonly agentMeta: {
    readonly sessionId: string;
    readonly provider: string;
    readonly model: string;
    readonly usage?: UsageTotals;
    readonly lastCallUsage?: Required<UsageTotals>;
    readonly promptTokens?: number;
  };
  readonly aborted: boolean;
  readonly error?: { readonly kind: string; readonly message: string };
}

/** Token counts as results show them. */
export interface UsageTotals {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly total: number;
}

/** One visible answer of a run. */
export interface RunPayload {
  readonly text: string | undefined;
  readonly mediaUrl: string | null;
}

/** What is stored of a finished run, enough to answer a repeated request. */
export interface RunResult {
  readonly text: string;
  readonly payloads: readonly RunPayload[];
  readonly stopReason: string;
  readonly usage: Usage;
  readonly meta: RunMeta;
}

/** How a run ended. `text` is what the user saw, so far as there was any. */
export type RunOutcome = OutcomeBase &
  (
    | { readonly status: "ok"; readonly stopReason: StopReason }
    | { readonly status: "error"; readonly reason: FailureReason; readonly message: string }
    | { readonly status: "aborted"; readonly stopReason: AbortReason }
    | { readonly status: "timeout"; readonly stopReason: "timeout" }
  );

interface OutcomeBase {
  readonly runId: string;
  readonly sessionKey: string;
  readonly agentId: string;
  readonly text: string;
  readonly payloads: readonly RunPayload[];
  readonly usage: Usage;
  readonly meta: RunMeta;
  /** Absent when the run never left its queue. */
  readonly startedAt?: number;
  readonly endedAt: number;
}

/** Answer of `waitRun`. `timeout` also stands for aborted, timed out and unknown runs. */
export interface RunWait {
  readonly runId: string;
  readonly status: "ok" | "error" | "timeout";
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly error?: string;
}

/**
 * Something that happened in a run. `seq` counts per run from 1; a `chat` event carries the `seq` of the event it
 * mirrors. Every run ends with exactly one terminal lifecycle event (commands have none) and one terminal chat event.
 */
export type RunEvent = RunEventBase & RunEventBody;

/** What every run event tells. */
export interface RunEventBase {
  readonly runId: string;
  readonly principal: string;
  readonly kind: RunKind;
  /** Canonical. */
  readonly sessionKey: string;
  /** As the client sent it. */
  readonly rawSessionKey: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly ts: number;
}

/** The kinds of run events. */
export type RunEventBody =
  | LifecycleEvent
  /** `text` is the current assistant message so far and starts over after a tool call. */
  | { readonly type: "assistant"; readonly text: string; readonly delta: string }
  | { readonly type: "thinking"; readonly text: string; readonly delta: string }
  | ToolEvent
  | ChatEvent;

/** Start, retries and end of a run. */
export type LifecycleEvent =
  | { readonly type: "lifecycle"; readonly phase: "start"; readonly startedAt: number }
  | {
      readonly type: "lifecycle";
      readonly phase: "retry";
      readonly attempt: number;
      readonly delayMs: number;
      readonly reason: FailureReason;
      readonly error: string;
    }
  | ({ readonly type: "lifecycle"; readonly phase: "fallback" } & FallbackNotice)
  | {
      readonly type: "lifecycle";
      readonly phase: "fallback_cleared";
      readonly selectedProvider: string;
      readonly selectedModel: string;
    }
  | {
      readonly type: "lifecycle";
      readonly phase: "end";
      readonly startedAt?: number;
      readonly endedAt: number;
      readonly aborted?: true;
      readonly stopReason?: string;
    }
  | {
      readonly type: "lifecycle";
      readonly phase: "error";
      readonly error: string;
      readonly startedAt?: number;
      readonly endedAt: number;
    };

/** Which model answers instead of the selected one, and why. */
export interface FallbackNotice {
  readonly selectedProvider: string;
  readonly selectedModel: string;
  readonly activeProvider: string;
  readonly activeModel: string;
  readonly reasonSummary: string;
  readonly attemptSummaries: readonly string[];
  readonly attempts: readonly FailedAttempt[];
}

/** A candidate that failed. */
export interface FailedAttempt {
  readonly provider: string;
  readonly model: string;
  readonly error: string;
  readonly reason: FailureReason;
  readonly status?: number;
}

/** A tool call of the model and its result. */
export type ToolEvent =
  | {
      readonly type: "tool";
      readonly phase: "start";
      readonly name: string;
      readonly toolCallId: string;
      readonly args: unknown;
    }
  | {
      readonly type: "tool";
      readonly phase: "result";
      readonly name: string;
      readonly toolCallId: string;
      readonly isError: boolean;
      /** Short human line. */
      readonly meta?: string;
      readonly result: unknown;
    };

/**
 * The run as a chat shows it. `key` is the session key clients expect in this event: canonical for model runs,
 * as sent for aborted runs and command replies.
 */
export type ChatEvent = { readonly type: "chat"; readonly key: string } & (
  | {
      readonly state: "delta";
      /** The current assistant message so far. */
      readonly text: string;
      /** What was added since the last delta; the whole text when `replace` is set. */
      readonly deltaText: string;
      /** A new message takes the place of the one shown before, after a tool call. */
      readonly replace?: true;
      /** The rest, sent right before a terminal event: clients of full texts need not be bothered with it. */
      readonly isFlush?: true;
    }
  | {
      readonly state: "final";
      /** Absent for silent and empty replies. */
      readonly text?: string;
      /** Set for replies the gateway gave itself, which show more than text. */
      readonly injected?: AssistantMessage;
      readonly stopReason?: string;
      readonly usage?: Usage;
    }
  | { readonly state: "aborted"; readonly stopReason: AbortReason; readonly text?: string }
  | { readonly state: "error"; readonly errorMessage: string; readonly errorKind: ChatErrorKind }
);
