import type { RunHandle } from "@openclaw/agents";
import { authorize, principalKey, type Grant } from "@openclaw/auth";
import type { Context } from "hono";
import { parseJsonObject, readText } from "../body.ts";
import { completion, type ReplyHead } from "../chat/completion.ts";
import { outcomeRefusal, startRefusal } from "../chat/failure.ts";
import { readChatRequest, type ChatRequest } from "../chat/request.ts";
import { chatFrames } from "../chat/stream.ts";
import { denied, guarded } from "../guard.ts";
import type { HttpPorts } from "../ports.ts";
import { invalidRequest, json, refuse, text, type Checked } from "../reply.ts";
import { sseBody, sseResponse } from "../sse.ts";

/** Scope of `chat.send`, which does the same over WebSocket. */
export const CHAT_SCOPE = "operator.write";

const DEFAULT_MAX_BODY_BYTES = 20 * 1024 * 1024;
const BODY_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 15_000;
/**
 * `POST /v1/chat/completions`: runs an agent and answers in OpenAI's shape, at once or as a stream. The run ends when
 * the client goes away.
 *
 * Docs: protocol.md#chat-completions
 */
export function chatCompletions(ports: HttpPorts) {
  return guarded(ports, {
    isEnabled: (config) => config.chatCompletions.enabled,
    method: "POST",
    scope: CHAT_SCOPE,
    handle: (context, grant) => answer(ports, context, grant),
  });
}

async function answer(ports: HttpPorts, context: Context, grant: Grant): Promise<Response> {
  if (mustBeJson(context, grant) && !isJson(context)) return text(415, "Unsupported Media Type");
  const request = await readRequest(ports, context);
  if (!request.ok) return refuse(request.refusal);
  // Which backend answers is the operator's decision.
  const isPlain = request.value.modelOverride === undefined;
  const refused = isPlain ? undefined : denied(ports, { context, grant }, "operator.admin");
  if (refused) return refused;
  return run(ports, { context, grant, request: request.value });
}

/** Without a secret in the request, only a JSON content type proves that no web page forged it (T-WEB-05). */
function mustBeJson(context: Context, grant: Grant): boolean {
  const isUnproven = grant.method === "none" || grant.method === "trusted-proxy";
  return isUnproven || context.req.header("origin") !== undefined;
}

function isJson(context: Context): boolean {
  const [mediaType = ""] = (context.req.header("content-type") ?? "").split(";");
  return /^application\/(?:[\w.-]+\+)?json$/i.test(mediaType.trim());
}

async function readRequest(ports: HttpPorts, context: Context): Promise<Checked<ChatRequest>> {
  const maxBytes = ports.config().chatCompletions.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  const body = await readText(context.req.raw, { maxBytes, timeoutMs: BODY_TIMEOUT_MS });
  if (!body.ok) return body;
  const parsed = parseJsonObject(body.value);
  if (!parsed.ok) return parsed;
  return readChatRequest(parsed.value, {
    header: (name) => context.req.header(name),
    agents: ports.agents.agentsList(),
    newId: ports.newId,
  });
}

interface Job {
  readonly context: Context;
  readonly grant: Grant;
  readonly request: ChatRequest;
}

async function run(ports: HttpPorts, job: Job): Promise<Response> {
  const { request } = job;
  const created = Math.floor((ports.now ?? Date.now)() / 1000);
  const head: ReplyHead = { id: `chatcmpl_${ports.newId()}`, created, model: request.model };
  const gone = new AbortController();
  const handle = await start(ports, job, {
    runId: head.id,
    signal: AbortSignal.any([job.context.req.raw.signal, gone.signal]),
  });
  if (!handle.ok) return refuse(handle.refusal);
  if (request.isStream) {
    const frames = chatFrames(handle.value, { head, includesUsage: request.includesUsage });
    return sseResponse(sseBody(frames, { keepAliveMs: KEEP_ALIVE_MS, onGone: () => gone.abort() }));
  }
  const outcome = await handle.value.final;
  return outcome.status === "ok" ? json(completion(head, outcome)) : refuse(outcomeRefusal(outcome));
}

async function start(
  ports: HttpPorts,
  { grant, request }: Job,
  { runId, signal }: { readonly runId: string; readonly signal: AbortSignal },
): Promise<Checked<RunHandle>> {
  const { prompt, sessionKey, agentId, modelOverride } = request;
  try {
    const started = await ports.agents.startRun({
      kind: "http",
      principal: principalKey(grant.principal),
      runId,
      sessionKey,
      ...prompt,
      params: { sessionKey, ...prompt },
      signal,
      mayReset: authorize(grant, "operator.admin").ok,
      ...(agentId !== undefined && { agentId }),
      ...(modelOverride !== undefined && { model: modelOverride }),
    });
    if (started.status === "accepted") return { ok: true, value: started.handle };
    // The id is fresh, so no earlier run can answer; what remains is a stop phrase.
    return invalidRequest(
      "The message is a stop phrase: it stopped the runs of its session and started none.",
    );
  } catch (error) {
    const refusal = startRefusal(error);
    if (refusal.status >= 500) ports.logger?.error("chat completion could not start", { error });
    return { ok: false, refusal };
  }
}
