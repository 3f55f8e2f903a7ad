import type { AgentsList } from "@openclaw/agents";
import type { Context } from "hono";
import { guarded } from "../guard.ts";
import { decodeOnce, MODELS_PREFIX } from "../path.ts";
import type { HttpConfig, HttpPorts } from "../ports.ts";
import { invalidRequest, json, refuse } from "../reply.ts";

const MODEL_ID = /^openclaw(?:\/[a-z0-9][a-z0-9_-]{0,63})?$/;

/** Scope of `models.list`, which tells the same over WebSocket. */
export const MODELS_SCOPE = "operator.read";

const isEnabled = (config: HttpConfig): boolean => config.chatCompletions.enabled || config.responses.enabled;

/** `GET /v1/models`: every agent as a model, as OpenAI clients list them. */
export function listModels(ports: HttpPorts) {
  return guarded(ports, {
    isEnabled,
    method: "GET",
    scope: MODELS_SCOPE,
    handle: () => json({ object: "list", data: modelIds(ports.agents.agentsList()).map(model) }),
  });
}

/** `GET /v1/models/{id}`: one of them; the slash of the id may be encoded. */
export function showModel(ports: HttpPorts) {
  return guarded(ports, {
    isEnabled,
    method: "GET",
    scope: MODELS_SCOPE,
    handle: (context) => findModel(ports, context),
  });
}

function findModel(ports: HttpPorts, context: Context): Response {
  const id = decodeOnce(context.req.path.slice(MODELS_PREFIX.length));
  if (id === undefined) return refuse(invalidRequest("Invalid model id encoding.").refusal);
  if (!MODEL_ID.test(id)) return refuse(invalidRequest("Invalid model id.").refusal);
  if (modelIds(ports.agents.agentsList()).includes(id)) return json(model(id));
  return refuse(invalidRequest(`Model '${id}' not found.`, 404).refusal);
}

function modelIds(list: AgentsList): readonly string[] {
  return ["openclaw", "openclaw/default", ...list.agents.map((agent) => `openclaw/${agent.id}`)];
}

function model(id: string) {
  return { id, object: "model", created: 0, owned_by: "openclaw", permission: [] };
}
