import { event } from "./define.ts";

/** What people may say to a command. */
export const EXEC_DECISIONS = ["allow-once", "allow-always", "deny"] as const;

/** One of {@link EXEC_DECISIONS}. */
export type ExecDecision = (typeof EXEC_DECISIONS)[number];

/** A command somebody wants to run, as it is shown to people. */
export interface ExecApprovalRequest {
  readonly command: string;
  readonly cwd: string | null;
  readonly nodeId: string | null;
  readonly host: string | null;
  readonly security: string | null;
  readonly ask: string | null;
  readonly agentId: string | null;
  readonly resolvedPath: string | null;
  readonly sessionKey: string | null;
}

/** Payload of `exec.approval.requested`, and one item of `exec.approval.list`. */
export interface ExecApprovalPending {
  readonly id: string;
  readonly request: ExecApprovalRequest;
  /** Epoch ms. */
  readonly createdAtMs: number;
  /** Epoch ms; from then on nobody can decide, and no event tells so. */
  readonly expiresAtMs: number;
}

/** Payload of `exec.approval.resolved`. */
export interface ExecApprovalResolvedPayload {
  readonly id: string;
  readonly decision: ExecDecision;
  /** Name or client id of who decided. */
  readonly resolvedBy: string;
  readonly ts: number;
  readonly request: ExecApprovalRequest;
}

/** Events about commands that wait for a person. */
export const APPROVAL_EVENTS = {
  "exec.approval.requested": event<ExecApprovalPending>({
    scope: "operator.approvals",
    dropIfSlow: true,
    summary:
      "When a command waits for a decision; not when nobody could decide. exec.approval.list catches up.",
  }),
  "exec.approval.resolved": event<ExecApprovalResolvedPayload>({
    scope: "operator.approvals",
    dropIfSlow: true,
    summary: "When somebody has decided; not when the time is up (expiresAtMs tells when).",
  }),
};
