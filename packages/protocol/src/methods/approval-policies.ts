import * as v from "valibot";

import { LIMITS } from "../limits.ts";
import { nonEmpty, noParams, shortText } from "../schemas.ts";
import { method, result } from "./define.ts";

const field = v.pipe(v.string(), v.maxLength(LIMITS.approvalFieldChars));
const security = v.picklist(["deny", "allowlist", "full"]);

const rules = {
  /** What may run at all. */
  security: v.optional(security),
  /** When a person is asked. */
  ask: v.optional(v.picklist(["off", "on-miss", "always"])),
  /** What holds when nobody answers. */
  askFallback: v.optional(security),
  autoAllowSkills: v.optional(v.boolean()),
};

const allowed = v.looseObject({
  id: v.optional(field),
  /** Glob on the absolute path of the program. */
  pattern: shortText(LIMITS.approvalFieldChars),
  /** Epoch ms. */
  lastUsedAt: v.optional(v.number()),
  lastUsedCommand: v.optional(v.pipe(v.string(), v.maxLength(LIMITS.approvalCommandChars))),
  lastResolvedPath: v.optional(field),
});

// Open, so that what newer programs wrote survives a change made through this gateway.
const policies = v.looseObject({
  version: v.literal(1),
  socket: v.optional(v.looseObject({ path: v.optional(field), token: v.optional(field) })),
  defaults: v.optional(v.looseObject(rules)),
  agents: v.optional(
    v.record(v.string(), v.looseObject({ ...rules, allowlist: v.optional(v.array(allowed)) })),
  ),
});

/** What agents may run without asking, and when they have to ask. */
export type ExecApprovalsFile = v.InferOutput<typeof policies>;

/** Result of `exec.approvals.get` and `.set`. */
export interface ExecApprovalsSnapshot {
  readonly path: string;
  readonly exists: boolean;
  /** SHA-256 of the file, hex; changes are made against it. */
  readonly hash: string;
  /** Without the socket's token. */
  readonly file: ExecApprovalsFile & {
    readonly defaults: NonNullable<ExecApprovalsFile["defaults"]>;
    readonly agents: NonNullable<ExecApprovalsFile["agents"]>;
  };
}

/** The policies that decide which commands need a person. */
export const APPROVAL_POLICY_METHODS = {
  "exec.approvals.get": method({
    params: noParams,
    scope: "operator.admin",
    result: result<ExecApprovalsSnapshot>(),
  }),
  "exec.approvals.set": method({
    params: v.strictObject({
      file: policies,
      /** `hash` of the `exec.approvals.get` the change was made for; needed as soon as there is a file. */
      baseHash: v.optional(nonEmpty),
    }),
    scope: "operator.admin",
    result: result<ExecApprovalsSnapshot>(),
  }),
  // What a node answers is its own: the gateway passes it on.
  "exec.approvals.node.get": method({
    params: v.strictObject({ nodeId: nonEmpty }),
    scope: "operator.admin",
    result: result<unknown>(),
  }),
  "exec.approvals.node.set": method({
    params: v.strictObject({ nodeId: nonEmpty, file: policies, baseHash: v.optional(nonEmpty) }),
    scope: "operator.admin",
    result: result<unknown>(),
  }),
};
