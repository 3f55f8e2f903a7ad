import { event } from "./define.ts";

/** What a node says about itself: for people to look at, never an input of a decision. */
export interface NodeDetails {
  readonly displayName?: string;
  readonly platform?: string;
  readonly version?: string;
  readonly coreVersion?: string;
  readonly uiVersion?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly remoteIp?: string;
}

/** A request to let operators ask a node for commands; payload of `node.pair.requested`. */
export interface NodePairingRequest extends NodeDetails {
  readonly requestId: string;
  readonly nodeId: string;
  readonly caps?: readonly string[];
  /** All an approval would allow. */
  readonly commands?: readonly string[];
  readonly silent?: boolean;
  /** The node is approved already and asks for more. */
  readonly isRepair: boolean;
  /** Epoch ms. */
  readonly ts: number;
}

/** Payload of `node.pair.resolved`. */
export interface NodePairResolvedPayload {
  /** Empty for `removed`. */
  readonly requestId: string;
  readonly nodeId: string;
  /** `superseded`: the node asks for something else now. */
  readonly decision: "approved" | "rejected" | "removed" | "superseded";
  readonly ts: number;
}

/** Payload of `node.invoke.request`: what a node is asked to do. */
export interface NodeInvokeRequestPayload {
  readonly id: string;
  readonly nodeId: string;
  readonly command: string;
  readonly paramsJSON: string | null;
  readonly timeoutMs?: number;
  readonly idempotencyKey?: string;
}

/** Payload of `node.invoke.progress`: output of a running invoke, to the connection that asked for it. */
export interface NodeInvokeProgressPayload {
  readonly nodeId: string;
  readonly command: string;
  readonly idempotencyKey: string;
  readonly seq: number;
  readonly chunk: string;
}

/** Events of nodes. */
export const NODE_EVENTS = {
  "node.pair.requested": event<NodePairingRequest>({
    scope: "operator.pairing",
    dropIfSlow: true,
    summary: "When a node declares commands nobody approved, or somebody asks for it.",
  }),
  "node.pair.resolved": event<NodePairResolvedPayload>({
    scope: "operator.pairing",
    dropIfSlow: true,
    summary: "When such a request is approved, rejected or superseded, or an approval is removed.",
  }),
  "node.invoke.request": event<NodeInvokeRequestPayload>({
    scope: "none",
    dropIfSlow: false,
    targeted: true,
    summary: "To the node that is asked.",
  }),
  "node.invoke.progress": event<NodeInvokeProgressPayload>({
    scope: "operator.write",
    dropIfSlow: true,
    targeted: true,
    dialects: [4],
    summary: "To the connection that invoked, in the order of seq, before its answer.",
  }),
};
