import { principalKey } from "@openclaw/auth";
import { invalidRequest } from "@openclaw/protocol";
import { RUN_COMMAND, type RunPermit, unapprovedRun } from "../run-permit.ts";
import type { ExecApprovals } from "./exec-approvals.ts";
import { runDigest } from "./run-digest.ts";

/** All a run that names an approval may say: a field nobody showed could change what runs. */
const FIELDS: ReadonlySet<string> = new Set([
  ...["approvalId", "command", "cwd", "env", "agentId", "sessionKey", "runId", "timeoutMs"],
]);

/**
 * Lets a run that names its approval (`approvalId`) pass as approved, once, if it is the one that was shown; a run that
 * names none passes as nobody's. Docs: protocol.md#exec-approvals
 */
export function approvedRun(approvals: Pick<ExecApprovals, "use">): RunPermit {
  return async (run) => {
    const params = fieldsOf(run.params);
    const { approvalId, ...asked } = params;
    if (approvalId === undefined) return unapprovedRun(run);
    const decision =
      typeof approvalId === "string" && Object.keys(params).every((name) => FIELDS.has(name))
        ? approvals.use(
            approvalId,
            digestOf(asked, { ...run, principal: principalKey(run.connection.grant.principal) }),
          )
        : undefined;
    if (decision === undefined)
      throw invalidRequest("the approval is not for this run, or no longer good", { command: RUN_COMMAND });
    return { ...asked, approved: true, approvalDecision: decision };
  };
}

function digestOf(
  params: Readonly<Record<string, unknown>>,
  { nodeId, principal }: { readonly nodeId: string; readonly principal: string },
): string {
  const { command, cwd, env, agentId, sessionKey, runId } = params;
  // What is of another kind than a request can be fits none: only its own text is compared.
  return runDigest({
    ...{ principal, nodeId },
    command: isWords(command) ? command : (textOf(command) ?? ""),
    cwd: textOf(cwd),
    env: Object.fromEntries(
      Object.entries(fieldsOf(env)).map(([name, value]) => [name, textOf(value) ?? ""]),
    ),
    agentId: textOf(agentId),
    sessionKey: textOf(sessionKey),
    runId: textOf(runId),
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}

/** Null when absent; a value that is no text becomes one that no request can have said. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : `\u0000${JSON.stringify(value)}`;
}
