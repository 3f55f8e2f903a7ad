import type { ConnectionFlags } from "../../connection/flags.ts";

/** What every command about nodes takes. */
export interface NodeFlags extends ConnectionFlags {
  readonly json?: boolean;
}
