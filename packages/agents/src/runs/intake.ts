import type { Command } from "../commands/command.ts";
import { parseCommand } from "../commands/command.ts";
import { findCommand } from "../commands/commands.ts";
import { parseReset } from "../commands/reset.ts";
import { AgentsError } from "../errors.ts";
import { formatModelRef } from "../models/catalog.ts";
import { parseThinkingLevel } from "../models/selection.ts";
import type { ModelRef, ThinkingLevel } from "../models/types.ts";
import { GREETING_INSTRUCTION } from "../prompt/instructions.ts";
import { parseAttachments } from "../sessions/attachments.ts";
import { resolveSession, type SessionAddress } from "../sessions/roster.ts";
import { cleanMessage } from "../text/message-text.ts";
import { isStopPhrase } from "../text/stop-phrase.ts";
import type { RunContext, RunOrder } from "./run-context.ts";
import type { RunRequest } from "./types.ts";

const DEFAULT_TIMEOUT_SECONDS = 600;
/** Longest time a timer can hold; stands for no limit. */
const NO_TIMEOUT_MS = 2_147_000_000;

/** What a request turned out to be. */
export type Intake = SessionAddress &
  (
    | { readonly kind: "run"; readonly order: RunOrder }
    | { readonly kind: "command"; readonly command: Command; readonly args: string; readonly text: string }
    | { readonly kind: "stop" }
  );

/**
 * Checks a request without looking at anything stored.
 * @throws {AgentsError} everything that can be wrong with the request itself
 */
export function takeIn(ctx: RunContext, request: RunRequest): Intake {
  const text = cleanMessage(request.message);
  const attachments = parseAttachments(request.attachments);
  if (text.trim() === "" && attachments.length === 0) {
    throw new AgentsError("empty_message", "message or attachment required");
  }
  const address = resolveSession(ctx.config(), request);
  if (request.kind === "chat") {
    if (isStopPhrase(text)) return { ...address, kind: "stop" };
    const parsed = parseCommand(text);
    const command = parsed === undefined ? undefined : findCommand(parsed.name);
    if (parsed !== undefined && command !== undefined) {
      if (command.isForDeciders && request.decide === undefined)
        throw new AgentsError("decision_forbidden", "missing scope: operator.approvals");
      return { ...address, kind: "command", command, args: parsed.args, text };
    }
  }
  const order = {
    attachments,
    thinking: thinkingOf(request),
    model: modelOf(ctx, request),
    timeoutMs: timeoutOf(ctx, request),
    extraSystemPrompt: request.extraSystemPrompt,
  };
  return { ...address, kind: "run", order: { ...order, ...messageOf(ctx, request, text) } };
}

/** Size of what was asked, in characters. */
export function askedChars(asked: Intake): number {
  if (asked.kind === "stop") return 0;
  if (asked.kind === "command") return asked.text.length;
  const { text, extraSystemPrompt = "", attachments } = asked.order;
  return attachments.reduce((sum, { data }) => sum + data.length, text.length + extraSystemPrompt.length);
}

/** The message, or the one it starts a new session with. */
function messageOf(
  ctx: RunContext,
  request: RunRequest,
  text: string,
): Pick<RunOrder, "text" | "isInstruction" | "reset"> {
  const reset = request.kind === "http" ? undefined : parseReset(text, ctx.config().session, ctx.catalog());
  if (reset === undefined) return { text, isInstruction: false, reset: undefined };
  if (request.mayReset !== true) throw new AgentsError("reset_forbidden", "missing scope: operator.admin");
  const isBare = reset.rest === "";
  return {
    text: isBare ? GREETING_INSTRUCTION : reset.rest,
    isInstruction: isBare,
    reset: { model: reset.model },
  };
}

function thinkingOf(request: RunRequest): ThinkingLevel | undefined {
  const word = request.thinking;
  if (word === undefined || word.trim() === "") return undefined;
  const level = parseThinkingLevel(word);
  if (level !== undefined) return level;
  const levels = "off, minimal, low, medium, high";
  throw new AgentsError(
    "invalid_thinking_level",
    `Unrecognized thinking level "${word.slice(0, 40)}". Valid levels: ${levels}.`,
  );
}

function modelOf(ctx: RunContext, request: RunRequest): ModelRef | undefined {
  if (request.model === undefined) return undefined;
  const ref = ctx.catalog().parse(request.model);
  if (ref !== undefined && ctx.catalog().isAllowed(ref)) return ref;
  const name = ref === undefined ? request.model : formatModelRef(ref);
  throw new AgentsError("model_not_allowed", `model not allowed: ${name.slice(0, 200)}`);
}

function timeoutOf(ctx: RunContext, request: RunRequest): number {
  const { timeoutMs } = request;
  if (timeoutMs === 0) return NO_TIMEOUT_MS;
  if (timeoutMs !== undefined && timeoutMs > 0) return Math.min(timeoutMs, NO_TIMEOUT_MS);
  const seconds = Math.max(1, ctx.config().agents?.defaults?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS);
  return Math.min(seconds * 1000, NO_TIMEOUT_MS);
}
