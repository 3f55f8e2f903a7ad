import type { Client, Methods } from "@openclaw/client";

import type { ConnectionFlags } from "../../connection/flags.ts";
import type { CommandContext } from "../../context.ts";
import { findNode } from "../nodes/find-node.ts";

/** What every command about policies takes. */
export interface PolicyFlags extends ConnectionFlags {
  /** Whose policies; the gateway's own without it. */
  readonly node?: string;
  /** Says what holds without `node`, for scripts that always name one of the two. */
  readonly gateway?: boolean;
  readonly json?: boolean;
}

/** What policies are changed to, and the `hash` of what was read before. */
export interface PolicyChange {
  readonly file: unknown;
  readonly baseHash: unknown;
}

/** Policies as they are kept by the gateway or by a node, whose answers are its own. */
export interface PolicyDesk {
  read(): Promise<unknown>;
  /** Gives the policies as they are then; whoever keeps them checks what is in them. */
  write(change: PolicyChange): Promise<unknown>;
}

type Params = Methods["exec.approvals.set"]["params"];

/** The policies these flags mean. */
export async function openPolicies(
  client: Client,
  context: CommandContext,
  { node }: PolicyFlags,
): Promise<PolicyDesk> {
  if (node === undefined)
    return {
      read: () => client.request("exec.approvals.get"),
      write: (change) => client.request("exec.approvals.set", paramsOf(change)),
    };
  const { nodeId } = await findNode(client, context, node);
  return {
    read: () => client.request("exec.approvals.node.get", { nodeId }),
    write: (change) => client.request("exec.approvals.node.set", { nodeId, ...paramsOf(change) }),
  };
}

function paramsOf({ file, baseHash }: PolicyChange): Params {
  return { file: file as Params["file"], ...(typeof baseHash === "string" && { baseHash }) };
}
