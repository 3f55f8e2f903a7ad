import type { RunRecord, RunState } from "../store.ts";
import type { MessageLine } from "../sessions/transcript.ts";
import { NO_USAGE } from "../models/usage.ts";
import type { FailureReason, StopReason } from "../models/types.ts";
import type { Run } from "./run.ts";
import type { AbortReason, RunMeta, RunOutcome, RunResult } from "./types.ts";

/** The record of a run that has not ended. */
export function pendingRecord(
  run: Run,
  o: { readonly state: RunState; readonly input: MessageLine; readonly inputWritten: boolean },
): RunRecord {
  const { principal, runId, sessionKey, agentId, kind, digest, acceptedAt } = run.identity;
  const identity = { principal, runId, sessionKey, agentId, kind, digest, acceptedAt };
  const started = run.startedAt === undefined ? {} : { startedAt: run.startedAt };
  return { ...identity, sessionId: run.sessionId, ...o, ...started };
}

/** The record of a run that ended that way. */
export function finishedRecord(pending: RunRecord, outcome: RunOutcome): RunRecord {
  const { status, text, payloads, usage, meta, startedAt, endedAt } = outcome;
  const stopReason = outcome.status === "error" ? "error" : outcome.stopReason;
  const result: RunResult = { text, payloads, stopReason, usage, meta };
  return {
    ...pending,
    state: status,
    endedAt,
    result,
    ...(startedAt !== undefined && { startedAt }),
    ...(outcome.status === "error" && { error: { reason: outcome.reason, message: outcome.message } }),
  };
}

/** How a finished run ended, from its record; undefined while it has not. */
export function outcomeOf(record: RunRecord): RunOutcome | undefined {
  const { runId, sessionKey, agentId, sessionId, result, startedAt, state } = record;
  const endedAt = record.endedAt ?? record.acceptedAt;
  const base = {
    ...{ runId, sessionKey, agentId, endedAt },
    text: result?.text ?? "",
    payloads: result?.payloads ?? [],
    usage: result?.usage ?? NO_USAGE,
    meta: result?.meta ?? emptyMeta(sessionId),
    ...(startedAt !== undefined && { startedAt }),
  };
  const stopReason = result?.stopReason ?? "";
  switch (state) {
    case "ok":
      return {
        ...base,
        status: "ok",
        stopReason: STOP_REASONS.find((known) => known === stopReason) ?? "stop",
      };
    case "error":
      return {
        ...base,
        status: "error",
        ...(record.error ?? { reason: "unknown", message: "unknown error" }),
      };
    case "aborted":
      return {
        ...base,
        status: "aborted",
        stopReason: ABORT_REASONS.find((known) => known === stopReason) ?? "rpc",
      };
    case "timeout":
      return { ...base, status: "timeout", stopReason: "timeout" };
    case "accepted":
    case "running":
      return undefined;
    default:
      return state satisfies never;
  }
}

/** Outcome of a run that never got to a model. */
export function unstartedOutcome(
  run: Run,
  o: { readonly endedAt: number } & (
    | { readonly status: "aborted"; readonly stopReason: AbortReason }
    | { readonly status: "error"; readonly reason: FailureReason; readonly message: string }
  ),
): RunOutcome {
  const { runId, sessionKey, agentId, sessionId } = run;
  return {
    ...{ runId, sessionKey, agentId },
    text: "",
    payloads: [],
    usage: NO_USAGE,
    meta: emptyMeta(sessionId),
    ...o,
  };
}

/** Numbers of a run in which nothing was called. */
export function emptyMeta(sessionId: string): RunMeta {
  return { durationMs: 0, agentMeta: { sessionId, provider: "", model: "" }, aborted: false };
}

const STOP_REASONS: readonly StopReason[] = ["stop", "length", "toolUse"];
const ABORT_REASONS: readonly AbortReason[] = [
  "rpc",
  "stop",
  "disconnect",
  "interrupt",
  "reset",
  "shutdown",
  "timeout",
];
