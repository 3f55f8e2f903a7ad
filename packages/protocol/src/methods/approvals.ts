import * as v from "valibot";

import type { ExecApprovalPending, ExecDecision } from "../events/approvals.ts";
import { LIMITS } from "../limits.ts";
import { intFrom, nonEmpty, noParams, shortText } from "../schemas.ts";
import { method, result } from "./define.ts";

/** First answer of `exec.approval.request` with `twoPhase`. */
export interface ExecApprovalAccepted {
  readonly status: "accepted";
  readonly id: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** How a request ended. */
export interface ExecApprovalOutcome {
  readonly id: string;
  /** `null`: the time is up, or nobody could be asked. Never run anything on it. */
  readonly decision: ExecDecision | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** Result of `exec.approval.get`: what a person needs to decide. */
export interface ExecApprovalDetails {
  readonly id: string;
  readonly commandText: string;
  /** First line, cut to what fits a row. */
  readonly commandPreview: string;
  readonly allowedDecisions: readonly ExecDecision[];
  readonly host: string | null;
  readonly nodeId: string | null;
  readonly agentId: string | null;
  readonly expiresAtMs: number;
}

const name = v.optional(v.nullable(v.pipe(v.string(), v.maxLength(LIMITS.approvalFieldChars))));

/** What runs a command, and where, is said by who asks; fields of newer clients are passed over. */
const approvalRequest = v.looseObject({
  command: shortText(LIMITS.approvalCommandChars),
  id: v.optional(shortText(LIMITS.approvalIdChars)),
  cwd: name,
  nodeId: name,
  host: name,
  security: name,
  ask: name,
  agentId: name,
  resolvedPath: name,
  sessionKey: name,
  timeoutMs: v.optional(intFrom(1)),
  twoPhase: v.optional(v.boolean()),
  /** Dialect 4: the words the program is started with; people are shown these. */
  commandArgv: v.optional(
    v.pipe(v.array(shortText(LIMITS.approvalFieldChars)), v.minLength(1), v.maxLength(256)),
  ),
  env: v.optional(v.record(v.string(), v.string())),
  runId: name,
  /** Dialect 4: what the node is going to run. */
  systemRunPlan: v.optional(v.unknown()),
  /** Dialect 4: decisions that make no sense here. */
  unavailableDecisions: v.optional(v.pipe(v.array(v.string()), v.maxLength(LIMITS.approvalReviewers))),
  /** Dialect 4: devices whose owners are asked, beside administrators. */
  approvalReviewerDeviceIds: v.optional(
    v.pipe(v.array(shortText(LIMITS.approvalFieldChars)), v.maxLength(LIMITS.approvalReviewers)),
  ),
});

/** Commands that wait for a person. */
export const APPROVAL_METHODS = {
  "exec.approval.get": method({
    params: v.strictObject({ id: shortText(LIMITS.approvalIdChars) }),
    scope: "operator.approvals",
    result: result<ExecApprovalDetails>(),
    advertised: false,
  }),
  "exec.approval.list": method({
    params: noParams,
    scope: "operator.approvals",
    result: result<readonly ExecApprovalPending[]>(),
    advertised: false,
  }),
  "exec.approval.request": method({
    params: approvalRequest,
    scope: "operator.approvals",
    result: result<ExecApprovalAccepted | ExecApprovalOutcome>(),
  }),
  "exec.approval.waitDecision": method({
    params: v.looseObject({ id: v.optional(v.unknown()) }),
    scope: "operator.approvals",
    result: result<ExecApprovalOutcome>(),
  }),
  "exec.approval.resolve": method({
    params: v.strictObject({
      id: nonEmpty,
      decision: nonEmpty,
      /** Dialect 4. Who decided is known from the connection; what a client says about it counts for nothing. */
      reviewer: v.optional(v.unknown()),
    }),
    scope: "operator.approvals",
    result: result<{ readonly ok: true }>(),
  }),
};
