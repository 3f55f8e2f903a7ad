import * as v from "valibot";

import { method, result } from "./define.ts";

/** What is written down about who did what. A kind is never used for something else. */
export const AUDIT_KINDS = [
  "auth.failed",
  "auth.locked",
  "pair.requested",
  "pair.approved",
  "pair.rejected",
  "pair.removed",
  "token.issued",
  "token.rotated",
  "token.revoked",
  "scope.upgrade",
  "config.written",
  "config.rejected",
  "restart.requested",
  "gateway.started",
  "gateway.stopped",
  "force.killed",
  "secret.rotated",
] as const;

export type AuditKind = (typeof AUDIT_KINDS)[number];

/** One entry of the audit log; no secrets. Docs: protocol.md#audit */
export interface AuditEntry {
  /** A number that grows and is given out once. */
  readonly id: number;
  /** Epoch ms. */
  readonly ts: number;
  readonly kind: AuditKind;
  /**
   * Who: `shared`, `device:<id>`, `token:<name>`, …; of somebody who did not get in, the client it says it is. `gateway`
   * did it by itself, `file` is whoever edited the configuration, `signal` whoever may send one to the process.
   */
  readonly actor: string;
  /** Address of the client; empty where there is none. */
  readonly address: string;
  /** What it was about: a device, a setting. */
  readonly target?: string;
  readonly outcome: "ok" | "denied" | "error";
  readonly detail?: string;
}

/** Result of `audit.list`, newest first. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Where the next page begins; absent on the last. */
  readonly cursor?: number;
}

const MOST_ENTRIES = 1_000;

/** The audit log. */
export const AUDIT_METHODS = {
  "audit.list": method({
    params: v.strictObject({
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_ENTRIES))),
      cursor: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
      kind: v.optional(v.picklist(AUDIT_KINDS)),
      /** Epoch ms. */
      since: v.optional(v.pipe(v.number(), v.minValue(0))),
    }),
    scope: "operator.admin",
    result: result<AuditPage>(),
    advertised: false,
  }),
};
