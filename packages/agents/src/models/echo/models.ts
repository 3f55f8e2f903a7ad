import type { ModelInfo } from "../types.ts";

/** Name of the built-in provider's API. */
export const ECHO_API = "builtin-echo";

/** What a `builtin/fail-<reason>` model fails with, and `@error <reason>`. */
export const ECHO_FAILURES = [
  "auth",
  "billing",
  "rate_limit",
  "timeout",
  "overflow",
  "format",
  "model_not_found",
  "disconnect",
  "unknown",
] as const;

/** One of {@link ECHO_FAILURES}. */
export type EchoFailure = (typeof ECHO_FAILURES)[number];

/** Models that need neither network nor key. */
export const ECHO_MODELS: readonly ModelInfo[] = [
  {
    provider: "builtin",
    id: "echo",
    name: "Echo (built-in)",
    contextWindow: 32_000,
    maxTokens: 8192,
    reasoning: true,
    input: ["text", "image"],
  },
  {
    provider: "builtin",
    id: "echo-small",
    name: "Echo, small window (built-in)",
    contextWindow: 2000,
    maxTokens: 1024,
    reasoning: true,
    input: ["text", "image"],
  },
];

/** Whether the built-in provider has that model; the ones that fail are not listed. */
export function isEchoModel(id: string): boolean {
  return ECHO_MODELS.some((model) => model.id === id) || failureOfModel(id) !== undefined;
}

/** What a model that always fails fails with. */
export function failureOfModel(id: string): EchoFailure | undefined {
  return ECHO_FAILURES.find((reason) => id === `fail-${reason}`);
}
