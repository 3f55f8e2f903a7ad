import type { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { classifyFailure, ModelFailure, toModelFailure } from "./failure.ts";
import { toPrompt } from "./openai-prompt.ts";
import type {
  ModelEvent,
  ModelProvider,
  ModelRequest,
  ResolvedModel,
  StopReason,
  ThinkingLevel,
  Usage,
} from "./types.ts";
import { usageOf } from "./usage.ts";

type Factory = typeof createOpenAICompatible;
type ChatModel = ReturnType<ReturnType<Factory>["chatModel"]>;
type CallOptions = Parameters<ChatModel["doStream"]>[0];
type StreamPart =
  Awaited<ReturnType<ChatModel["doStream"]>>["stream"] extends ReadableStream<infer Part> ? Part : never;

/**
 * Any endpoint that speaks OpenAI's chat completions. The library behind it is loaded with the first call, so that
 * a gateway that only uses the built-in model never pays for it. Nothing is retried here.
 */
export function createOpenAICompatibleProvider(
  o: { readonly fetch?: typeof fetch | undefined } = {},
): ModelProvider {
  return {
    async *stream(request, signal) {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      signal.throwIfAborted();
      const chat = createOpenAICompatible(settingsOf(request.model, o.fetch)).chatModel(request.model.id);
      const parts = await openStream(chat, callOptionsOf(request, signal));
      yield* readParts(parts, request.model);
    },
  };
}

function settingsOf(model: ResolvedModel, fetcher: typeof fetch | undefined): Parameters<Factory>[0] {
  return {
    name: model.provider,
    baseURL: model.baseUrl ?? "",
    includeUsage: model.compat["supportsUsageInStreaming"] !== false,
    ...(model.apiKey !== undefined && { apiKey: model.apiKey }),
    ...(model.headers !== undefined && { headers: { ...model.headers } }),
    ...(fetcher !== undefined && { fetch: fetcher }),
    // OpenAI renamed the field and refuses the old name for newer models; most others know only one of the two.
    transformRequestBody: (body) => {
      const { max_tokens: limit, ...rest } = body;
      if (limit === undefined) return rest;
      const field = model.compat["maxTokensField"] === "max_tokens" ? "max_tokens" : "max_completion_tokens";
      return { ...rest, [field]: limit as unknown };
    },
  };
}

function callOptionsOf(request: ModelRequest, signal: AbortSignal): CallOptions {
  const { model, tools } = request;
  const effort = reasoningEffortOf(request.thinking, model);
  return {
    prompt: toPrompt(request),
    abortSignal: signal,
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: "function" as const,
        name,
        description,
        inputSchema: parameters,
      })),
    }),
    ...(effort !== undefined && { providerOptions: { [model.provider]: { reasoningEffort: effort } } }),
  };
}

function reasoningEffortOf(level: ThinkingLevel, model: ResolvedModel): string | undefined {
  if (!model.reasoning || level === "off" || model.compat["supportsReasoningEffort"] === false)
    return undefined;
  return level;
}

async function openStream(chat: ChatModel, options: CallOptions): Promise<ReadableStream<StreamPart>> {
  try {
    return (await chat.doStream(options)).stream;
  } catch (error) {
    throw failureOf(error);
  }
}

/** Reads on only when the next event is wanted; leaving early closes the upstream request. */
async function* readParts(
  stream: ReadableStream<StreamPart>,
  model: ResolvedModel,
): AsyncGenerator<ModelEvent> {
  const reader = stream.getReader();
  const toolNames = new Map<string, string>();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const event = eventOf(value, { model, toolNames });
      if (event !== undefined) yield event;
    }
  } catch (error) {
    throw failureOf(error);
  } finally {
    // Cancelling a stream that has failed reports the failure once more.
    await reader.cancel().catch(() => undefined);
  }
}

function eventOf(
  part: StreamPart,
  context: { readonly model: ResolvedModel; readonly toolNames: Map<string, string> },
): ModelEvent | undefined {
  switch (part.type) {
    case "text-delta":
      return { type: "text", delta: part.delta };
    case "reasoning-delta":
      return { type: "thinking", delta: part.delta };
    case "tool-input-start":
      context.toolNames.set(part.id, part.toolName);
      return undefined;
    case "tool-input-delta":
      return {
        type: "tool-input",
        id: part.id,
        name: context.toolNames.get(part.id) ?? "",
        delta: part.delta,
      };
    case "tool-call":
      return {
        type: "tool-call",
        id: part.toolCallId,
        name: part.toolName,
        arguments: parseArguments(part.input),
      };
    case "finish":
      return finishOf(part, context.model);
    case "error":
      throw failureOf(part.error);
    default:
      return undefined;
  }
}

function finishOf(part: Extract<StreamPart, { type: "finish" }>, model: ResolvedModel): ModelEvent {
  const usage = usageFrom(part.usage, model);
  return {
    type: "finish",
    stopReason: stopReasonOf(part.finishReason.unified),
    ...(usage !== undefined && { usage }),
  };
}

function stopReasonOf(reason: string): StopReason {
  if (reason === "length") return "length";
  return reason === "tool-calls" ? "toolUse" : "stop";
}

function usageFrom(
  usage: Extract<StreamPart, { type: "finish" }>["usage"],
  model: ResolvedModel,
): Usage | undefined {
  const { total, noCache, cacheRead, cacheWrite } = usage.inputTokens;
  const output = usage.outputTokens.total;
  if (total === undefined && output === undefined) return undefined;
  const input = noCache ?? Math.max(0, (total ?? 0) - (cacheRead ?? 0));
  return usageOf(
    { input, output: output ?? 0, cacheRead: cacheRead ?? 0, cacheWrite: cacheWrite ?? 0 },
    model.price,
  );
}

function parseArguments(json: string): unknown {
  if (json.trim() === "") return {};
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** Classifies an error of the library; HTTP errors carry the status and headers of the answer. */
function failureOf(error: unknown): ModelFailure {
  if (typeof error !== "object" || error === null || !("statusCode" in error))
    return toModelFailure(plainError(error));
  const { statusCode: status } = error;
  if (typeof status !== "number") return toModelFailure(error);
  // A good answer that broke off: what broke it is the failure.
  if (status < 400)
    return toModelFailure("cause" in error && error.cause !== undefined ? error.cause : error);
  const message = "message" in error && typeof error.message === "string" ? error.message : "";
  const body = "responseBody" in error && typeof error.responseBody === "string" ? error.responseBody : "";
  const headers = "responseHeaders" in error ? error.responseHeaders : undefined;
  const retryAfterMs = retryAfterOf(headers);
  const reason = classifyFailure({ status, message: `${message} ${body.slice(0, 2000)}` });
  return new ModelFailure(reason, message, {
    status,
    cause: error,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** Errors sent inside a stream are plain objects, `{message, type, code}`, or text. */
function plainError(error: unknown): unknown {
  if (typeof error !== "object" || error === null || error instanceof Error) return error;
  return "error" in error && typeof error.error === "object" ? error.error : error;
}

function retryAfterOf(headers: unknown): number | undefined {
  if (typeof headers !== "object" || headers === null || !("retry-after" in headers)) return undefined;
  const value = String(headers["retry-after"]);
  if (/^\d{1,6}$/u.test(value)) return Number(value) * 1000;
  // A date is compared with the answer's own date: clocks of two hosts differ.
  const waitMs = Date.parse(value) - Date.parse("date" in headers ? String(headers.date) : "");
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
