import * as v from "valibot";

import type { NodeDetails, NodePairingRequest } from "../events/nodes.ts";
import { intBetween, intFrom, nonEmpty, noParams, shortText } from "../schemas.ts";
import { method, result } from "./define.ts";

/** A node: paired, connected, or both. */
export interface NodeView extends NodeDetails {
  /** Its device id, else what it calls itself. */
  readonly nodeId: string;
  /** The name an operator gave it, else its own. */
  readonly displayName?: string;
  readonly caps: readonly string[];
  /** What it may be asked to do right now: declared by it, allowed here, and approved. */
  readonly commands: readonly string[];
  readonly pathEnv?: string;
  readonly permissions?: Readonly<Record<string, boolean>>;
  /** Epoch ms. */
  readonly connectedAtMs?: number;
  readonly paired: boolean;
  readonly connected: boolean;
  /** Dialect 4, of a connected node: whether it declared commands that nobody has approved yet. */
  readonly approvalState?: "approved" | "pending-approval";
  /** Dialect 4: the request for those; none once it was rejected, until the node connects again. */
  readonly pendingRequestId?: string;
}

/** A node with what operators approved. */
export interface PairedNodeView extends NodeDetails {
  readonly nodeId: string;
  readonly caps?: readonly string[];
  readonly commands?: readonly string[];
  /** Epoch ms. */
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  /** Only in the answer to the approval of a request that an operator made for the node. */
  readonly token?: string;
}

/** Work that waits for a node. */
export interface NodeWorkItem {
  readonly id: string;
  readonly type: NodeWorkType;
  readonly priority: "default" | "normal" | "high";
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly payload?: unknown;
}

/** What work can wait for a node. */
export const NODE_WORK_TYPES = ["status.request", "location.request"] as const;
export type NodeWorkType = (typeof NODE_WORK_TYPES)[number];

/** Answer to a node's report about an invoke; `ignored` when nobody waits for it. */
export interface NodeReportTaken {
  readonly ok: true;
  readonly ignored?: true;
}

const byNode = v.strictObject({ nodeId: nonEmpty });
const byRequest = v.strictObject({ requestId: nonEmpty });
// As much as a node may say of itself in its connect.
const word = v.optional(shortText(256));
const words = v.optional(v.pipe(v.array(shortText(256)), v.maxLength(256)));
const wordOrNull = v.optional(v.nullable(nonEmpty));

/**
 * Machines that offer what they can do.
 *
 * Docs: protocol.md#nodes
 */
export const NODE_METHODS = {
  "node.pair.request": method({
    params: v.strictObject({
      nodeId: shortText(256),
      displayName: word,
      platform: word,
      version: word,
      coreVersion: word,
      uiVersion: word,
      deviceFamily: word,
      modelIdentifier: word,
      caps: words,
      commands: words,
      remoteIp: word,
      silent: v.optional(v.boolean()),
    }),
    scope: "operator.pairing",
    result: result<{
      readonly status: "pending";
      readonly request: NodePairingRequest;
      readonly created: boolean;
    }>(),
  }),
  "node.pair.list": method({
    params: noParams,
    scope: "operator.pairing",
    result: result<{
      /** Newest first. */
      readonly pending: readonly NodePairingRequest[];
      /** Last approved first. */
      readonly paired: readonly PairedNodeView[];
    }>(),
  }),
  "node.pair.approve": method({
    params: byRequest,
    scope: "operator.pairing",
    result: result<{ readonly requestId: string; readonly node: PairedNodeView }>(),
  }),
  "node.pair.reject": method({
    params: byRequest,
    scope: "operator.pairing",
    result: result<{ readonly requestId: string; readonly nodeId: string }>(),
  }),
  "node.pair.remove": method({
    params: byNode,
    scope: "operator.pairing",
    result: result<{ readonly nodeId: string }>(),
    advertised: false,
  }),
  "node.pair.verify": method({
    params: v.strictObject({ nodeId: nonEmpty, token: nonEmpty }),
    scope: "operator.pairing",
    result: result<{ readonly ok: boolean; readonly node?: PairedNodeView }>(),
  }),
  "node.rename": method({
    params: v.strictObject({ nodeId: nonEmpty, displayName: shortText(64) }),
    scope: "operator.pairing",
    result: result<{ readonly nodeId: string; readonly displayName: string }>(),
  }),
  "node.list": method({
    params: noParams,
    scope: "operator.read",
    result: result<{ readonly ts: number; readonly nodes: readonly NodeView[] }>(),
  }),
  "node.describe": method({
    params: byNode,
    scope: "operator.read",
    result: result<NodeView & { readonly ts: number }>(),
  }),
  "node.invoke": method({
    params: v.strictObject({
      nodeId: nonEmpty,
      command: nonEmpty,
      params: v.optional(v.unknown()),
      timeoutMs: v.optional(intFrom(0)),
      idempotencyKey: nonEmpty,
      // Sent by newer clients; accepted, not used.
      sessionKey: wordOrNull,
      turnSourceChannel: wordOrNull,
      turnSourceTo: wordOrNull,
      turnSourceAccountId: wordOrNull,
      turnSourceThreadId: v.optional(v.nullable(v.union([nonEmpty, v.number()]))),
    }),
    scope: "operator.write",
    result: result<{
      readonly ok: true;
      readonly nodeId: string;
      readonly command: string;
      readonly payload?: unknown;
      readonly payloadJSON: string | null;
    }>(),
  }),
  "node.invoke.result": method({
    params: v.strictObject({
      id: nonEmpty,
      nodeId: nonEmpty,
      ok: v.boolean(),
      payload: v.optional(v.unknown()),
      payloadJSON: v.optional(v.nullable(v.string())),
      error: v.optional(
        v.nullable(v.strictObject({ code: v.optional(nonEmpty), message: v.optional(nonEmpty) })),
      ),
    }),
    scope: "node",
    result: result<NodeReportTaken>(),
  }),
  "node.invoke.progress": method({
    params: v.strictObject({
      invokeId: nonEmpty,
      nodeId: nonEmpty,
      seq: intFrom(0),
      chunk: v.pipe(v.string(), v.maxLength(16_384)),
    }),
    scope: "node",
    result: result<NodeReportTaken>(),
    advertised: false,
  }),
  "node.event": method({
    params: v.strictObject({
      event: nonEmpty,
      payload: v.optional(v.unknown()),
      payloadJSON: v.optional(v.string()),
    }),
    scope: "node",
    result: result<{
      readonly ok: true;
      /** Dialect 4. */
      readonly event?: string;
      readonly handled?: boolean;
    }>(),
  }),
  "node.pending.enqueue": method({
    params: v.strictObject({
      nodeId: nonEmpty,
      type: v.picklist(NODE_WORK_TYPES),
      priority: v.optional(v.picklist(["normal", "high"])),
      expiresInMs: v.optional(intBetween(1_000, 86_400_000)),
      wake: v.optional(v.boolean()),
    }),
    scope: "operator.write",
    result: result<{
      readonly nodeId: string;
      /** Grows with every change of the node's queue. */
      readonly revision: number;
      readonly queued: NodeWorkItem;
      readonly wakeTriggered: boolean;
    }>(),
    advertised: false,
  }),
  "node.pending.drain": method({
    params: v.strictObject({ maxItems: v.optional(intBetween(1, 10)) }),
    scope: "node",
    result: result<{
      readonly nodeId: string;
      readonly revision: number;
      readonly items: readonly NodeWorkItem[];
      readonly hasMore: boolean;
    }>(),
    advertised: false,
  }),
  "node.pending.pull": method({
    params: noParams,
    scope: "node",
    result: result<{
      readonly nodeId: string;
      /** Always empty here: an invoke of an absent node fails at once. */
      readonly actions: readonly {
        readonly id: string;
        readonly command: string;
        readonly paramsJSON: string | null;
        readonly enqueuedAtMs: number;
      }[];
    }>(),
    advertised: false,
  }),
  "node.pending.ack": method({
    params: v.strictObject({ ids: v.pipe(v.array(nonEmpty), v.minLength(1)) }),
    scope: "node",
    result: result<{
      readonly nodeId: string;
      readonly ackedIds: readonly string[];
      readonly remainingCount: number;
    }>(),
    advertised: false,
  }),
};
