import * as v from "valibot";

import { nonEmpty, noParams } from "../schemas.ts";
import { method, result } from "./define.ts";

/** A node: paired, connected, or both. */
export interface NodeView {
  /** Its device id, else what it calls itself. */
  readonly nodeId: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly version?: string;
  readonly coreVersion?: string;
  readonly uiVersion?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly remoteIp?: string;
  readonly caps: readonly string[];
  /** What it may be asked to do. */
  readonly commands: readonly string[];
  readonly pathEnv?: string;
  readonly permissions?: Readonly<Record<string, boolean>>;
  /** Epoch ms. */
  readonly connectedAtMs?: number;
  readonly paired: boolean;
  readonly connected: boolean;
}

/** Machines that offer what they can do. */
export const NODE_METHODS = {
  "node.list": method({
    params: noParams,
    scope: "operator.read",
    result: result<{ readonly ts: number; readonly nodes: readonly NodeView[] }>(),
  }),
  "node.describe": method({
    params: v.strictObject({ nodeId: nonEmpty }),
    scope: "operator.read",
    result: result<NodeView & { readonly ts: number }>(),
  }),
};
