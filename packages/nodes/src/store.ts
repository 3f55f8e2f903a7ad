import type { NodeDetails, NodeWorkType } from "@openclaw/protocol";

/** A wish to be asked for commands that nobody approved yet. Never changed: another wish is another request. */
export interface NodeRequest extends NodeDetails {
  readonly requestId: string;
  readonly nodeId: string;
  readonly caps?: readonly string[];
  /** All an approval would allow. */
  readonly commands?: readonly string[];
  readonly silent?: boolean;
  /** The node is approved already and asks for more. */
  readonly isRepair: boolean;
  /** Who made it: the node by connecting, or somebody for it. */
  readonly origin: "node" | "operator";
  /** Epoch ms. */
  readonly ts: number;
}

/** What operators approved for a node. */
export interface NodeApproval extends NodeDetails {
  readonly caps?: readonly string[];
  /** All it may ever be asked for, whatever it declares. */
  readonly commands?: readonly string[];
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  /**
   * When the node's device was paired, epoch ms: the approval is of that pairing and of no other. Absent when the node
   * had no device.
   */
  readonly pairedAtMs?: number;
  /** Part of the derivation of its token; only nodes that somebody else asked for have one. */
  readonly tokenGeneration?: number;
}

/** Work that waits for a node. */
export interface WorkItem {
  readonly id: string;
  readonly type: NodeWorkType;
  readonly priority: "normal" | "high";
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
}

/** Everything kept about one node. */
export interface NodeRecord {
  readonly nodeId: string;
  /** Name an operator gave it; connects never change it. */
  readonly name?: string;
  readonly approval?: NodeApproval;
  readonly request?: NodeRequest;
  readonly work?: { readonly revision: number; readonly items: readonly WorkItem[] };
}

/** Durable memory of nodes. Writes are durable when they resolve; reads see earlier writes. */
export interface NodeStore {
  node(nodeId: string): Promise<NodeRecord | undefined>;
  /** In the order they were first put. */
  nodes(): Promise<readonly NodeRecord[]>;
  /** Inserts or replaces by `nodeId`. */
  putNode(record: NodeRecord): Promise<void>;
  /** Resolves to whether the node was there. */
  removeNode(nodeId: string): Promise<boolean>;
}
