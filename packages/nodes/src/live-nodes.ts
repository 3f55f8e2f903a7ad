import type { NodeDetails } from "@openclaw/protocol";

/** A node that is connected. */
export interface LiveNode extends NodeDetails {
  readonly nodeId: string;
  readonly connId: string;
  readonly caps: readonly string[];
  /** What it says it can do; what it may be asked for is decided elsewhere. */
  readonly declared: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly pathEnv?: string;
  readonly connectedAtMs: number;
}

/** Who is here: one connection per node, the latest. */
export class LiveNodes {
  readonly #byNode = new Map<string, LiveNode>();

  /** A second connection of the same node takes the place of the first. */
  add(node: LiveNode): void {
    this.#byNode.set(node.nodeId, node);
  }

  /** Its connection is gone; nothing happens when another one has taken over. */
  remove(nodeId: string, connId: string): void {
    if (this.#byNode.get(nodeId)?.connId === connId) this.#byNode.delete(nodeId);
  }

  get(nodeId: string): LiveNode | undefined {
    return this.#byNode.get(nodeId);
  }

  all(): readonly LiveNode[] {
    return [...this.#byNode.values()];
  }
}
