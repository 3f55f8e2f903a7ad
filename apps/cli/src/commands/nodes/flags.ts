import type { ConnectionFlags } from "../../connection/flags.ts";

/** What every command about nodes takes. */
export interface NodeFlags extends ConnectionFlags {
  readonly json?: boolean;
}

/** Nodes are often far away: unless told otherwise, these commands wait longer than others. */
export function patient<F extends NodeFlags>(flags: F): F {
  return { ...flags, timeout: flags.timeout ?? "30000" };
}
