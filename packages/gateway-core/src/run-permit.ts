import { invalidRequest } from "@openclaw/protocol";
import type { ConnectionView } from "@openclaw/rpc-server";

/** A command line that somebody wants to be run on a node. */
export interface NodeRun {
  readonly nodeId: string;
  readonly params: unknown;
  readonly connection: ConnectionView;
}

/**
 * Decides about running a command line on a node: the params to send, with whatever shows the node that a person
 * allowed this very run. Throws an `RpcError` for a run that may not be.
 */
export type RunPermit = (run: NodeRun) => Promise<unknown>;

/** The one command that runs command lines. */
export const RUN_COMMAND = "system.run";

/** Params that say a run was approved. */
const APPROVAL = /^approv/i;

/** Without anybody to ask, nothing is approved: a caller may not say it was (T-AZ-13); the node decides by itself. */
export const unapprovedRun: RunPermit = ({ params }) => {
  const claimed = Object.keys(Object(params) as object).find((key) => APPROVAL.test(key));
  if (claimed !== undefined)
    throw invalidRequest(`${RUN_COMMAND} params must not say "${claimed}": only an approval can`, {
      command: RUN_COMMAND,
    });
  return Promise.resolve(params);
};
