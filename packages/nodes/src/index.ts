export { Nodes } from "./nodes.ts";
export type { InvokeOrder, NodesOptions, Standing } from "./nodes.ts";

// What operators approved, and what waits.
export type {
  ApprovedNode,
  Decider,
  NodeApprovals,
  NodeNews,
  NodeResolution,
  NodeWish,
} from "./approvals.ts";
export type { WorkOrder, WorkQueue } from "./work-queue.ts";

// Who is here, and what is asked of them.
export type { LiveNode } from "./live-nodes.ts";
export type { InvokeMessage, InvokeProgress, InvokeResult } from "./invocations.ts";
export { allowedCommands } from "./command-policy.ts";
export type { CommandPolicy } from "./command-policy.ts";

// The port the store implements.
export type { NodeApproval, NodeRecord, NodeRequest, NodeStore, WorkItem } from "./store.ts";

// Errors.
export { NODE_ERROR_CODES, NodesError } from "./errors.ts";
export type { NodeErrorCode, NodeErrorFacts } from "./errors.ts";
