import { RpcError } from "@openclaw/client";
import { issueLine, type ConfigIssue, type EditRefusal } from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { readFields } from "../read-fields.ts";

/** Says that a command cannot answer from a file that is invalid. */
export function unreadable({ loaded, program }: CommandContext): CliFailure {
  const details = loaded.issues.map(({ path, message }) => `- ${path || "<root>"}: ${message}`);
  return new CliFailure(`Config invalid at ${loaded.path}.`, {
    code: "config_invalid",
    label: "",
    details: [...details, `Run \`${program} doctor\` to repair, then retry.`],
  });
}

/** Says that no setting of this path is written, or known. */
export function pathNotFound(text: string): CliFailure {
  return new CliFailure(`Config path not found: ${text}`, { code: "not_found", label: "" });
}

/** Why an edit is not made. */
export function refusalFailure({ reason, message, issues }: EditRefusal): CliFailure {
  if (reason === "losses") return new CliFailure(message, { code: "losses", hint: "say --force" });
  return issues === undefined ? new CliFailure(message, { code: reason }) : invalidResult(issues);
}

/** Turns the gateway's refusal of an edit into the words a refusal of ours has; passes on anything else. */
export function gatewayRefusal(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  const { issues } = readFields(error.details);
  const found = (Array.isArray(issues) ? issues : []).map(readFields).map(({ path, message }) => ({
    path: String(path ?? ""),
    message: String(message ?? ""),
  }));
  if (found.length > 0 && error.message === "invalid config") return invalidResult(found);
  return new CliFailure(error.message, { code: error.code, cause: error });
}

/** Says what is wrong with the configuration an edit would lead to. */
export function invalidResult(issues: readonly ConfigIssue[]): CliFailure {
  const [first, ...others] = issues;
  const what = first === undefined ? "the result is invalid" : issueLine(first);
  return new CliFailure(`Config validation failed: ${what}`, {
    code: "config_invalid",
    details: others.map((issue) => `- ${issueLine(issue)}`),
  });
}
