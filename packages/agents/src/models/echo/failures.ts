import { ModelFailure } from "../failure.ts";
import type { FailureReason } from "../types.ts";
import type { EchoFailure } from "./models.ts";

const FAILURES: Readonly<Record<EchoFailure, readonly [FailureReason, number | undefined, string]>> = {
  auth: ["auth", 401, "Incorrect API key provided"],
  billing: ["billing", 402, "Insufficient credits"],
  rate_limit: ["rate_limit", 429, "Rate limit reached for requests"],
  timeout: ["timeout", 408, "The request timed out"],
  overflow: ["overflow", 400, "This model's maximum context length was exceeded"],
  format: ["format", 400, "Invalid request"],
  model_not_found: ["model_not_found", 404, "The model does not exist"],
  disconnect: ["timeout", undefined, "terminated"],
  unknown: ["unknown", undefined, "Something went wrong"],
};

/** The failure a real provider would give for that reason. */
export function echoFailure(name: EchoFailure, message?: string): ModelFailure {
  const [reason, status, text] = FAILURES[name];
  return new ModelFailure(reason, message ?? text, status === undefined ? {} : { status });
}
