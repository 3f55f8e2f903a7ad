import type { AgentsList } from "@openclaw/agents";
import { isRecord } from "../body.ts";
import { invalidRequest, type Checked } from "../reply.ts";
import { parseModelOverride } from "./model-override.ts";
import { checkSampling } from "./options.ts";
import { buildPrompt, type Prompt } from "./prompt.ts";
import { resolveSessionKey } from "./session-key.ts";
import { resolveTarget } from "./target.ts";

/** A chat completion request, checked. */
export interface ChatRequest {
  /** `model` as sent, for the reply. */
  readonly model: string;
  readonly prompt: Prompt;
  readonly sessionKey: string;
  /** The agent the caller named; absent: the session key or the configuration decides. */
  readonly agentId?: string;
  /** Backend model for this run only. */
  readonly modelOverride?: string;
  readonly isStream: boolean;
  /** A usage chunk ends the stream. */
  readonly includesUsage: boolean;
}

/** What reading a request needs besides its body. */
export interface RequestContext {
  header(name: string): string | undefined;
  readonly agents: AgentsList;
  newId(): string;
}

/** Checks a request body. Unknown fields are ignored, as OpenAI's own clients expect. */
export function readChatRequest(
  body: Readonly<Record<string, unknown>>,
  context: RequestContext,
): Checked<ChatRequest> {
  const agentHeader = context.header("x-openclaw-agent-id") ?? context.header("x-openclaw-agent");
  const target = resolveTarget({ header: agentHeader, model: body["model"] }, context.agents);
  if (!target.ok) return target;
  const key = { header: context.header("x-openclaw-session-key"), user: body["user"] };
  const sessionKey = resolveSessionKey(key, target.value, context.newId);
  if (!sessionKey.ok) return sessionKey;
  const override = parseModelOverride(context.header("x-openclaw-model"));
  if (!override.ok) return override;
  const sampling = checkSampling(body);
  if (!sampling.ok) return sampling;
  const prompt = buildPrompt(body["messages"]);
  if (!prompt) return invalidRequest("Missing user message in `messages`.");
  const { stream_options: streamOptions, model } = body;
  return {
    ok: true,
    value: {
      model: typeof model === "string" ? model : "openclaw",
      prompt,
      sessionKey: sessionKey.value,
      ...(target.value.isExplicit && { agentId: target.value.agentId }),
      ...(override.value !== undefined && { modelOverride: override.value }),
      isStream: Boolean(body["stream"]),
      includesUsage: isRecord(streamOptions) && streamOptions["include_usage"] === true,
    },
  };
}
