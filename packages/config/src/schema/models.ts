import * as v from "valibot";
import {
  flag,
  later,
  mapOf,
  nonEmptyText,
  number,
  oneOf,
  opaque,
  positiveCount,
  secret,
  secretMap,
  section,
  text,
} from "./vocabulary.ts";

/** Request formats a model provider may speak. */
const MODEL_APIS = [
  "openai-completions",
  "openai-responses",
  "anthropic-messages",
  "google-generative-ai",
  "github-copilot",
  "bedrock-converse-stream",
  "ollama",
] as const;

const price = number({ min: 0 });

const model = later(() =>
  section(
    {
      api: oneOf(...MODEL_APIS),
      reasoning: flag,
      input: v.array(oneOf("text", "image")),
      cost: section({ input: price, output: price, cacheRead: price, cacheWrite: price }),
      contextWindow: positiveCount,
      maxTokens: positiveCount,
      headers: secretMap,
      compat: opaque,
    },
    { id: nonEmptyText, name: nonEmptyText },
  ),
);

const provider = later(() =>
  section(
    {
      apiKey: secret,
      auth: oneOf("api-key", "aws-sdk", "oauth", "token"),
      api: oneOf(...MODEL_APIS),
      headers: secretMap,
      authHeader: flag,
    },
    { baseUrl: nonEmptyText, models: v.array(model) },
  ),
);

/** `models.*`: providers and their models. Docs: configuration.md#models */
export const ModelsSchema = later(() =>
  section({
    mode: oneOf("merge", "replace"),
    providers: mapOf(provider),
    bedrockDiscovery: opaque,
  }),
);

/** `auth.*`: credentials of model providers (not of the gateway). */
export const ProviderAuthSchema = later(() =>
  section({
    profiles: mapOf(section({ provider: text, mode: oneOf("api_key", "oauth", "token"), email: text })),
    order: mapOf(v.array(text)),
    cooldowns: opaque,
  }),
);
