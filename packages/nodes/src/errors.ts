/** Why something about nodes cannot be done. */
export const NODE_ERROR_CODES = [
  /** There is no such request, or no longer. */
  "unknown_request",
  "unknown_node",
  /** Too many requests wait already. */
  "crowded",
  /** The node is not here. */
  "not_connected",
  /** The command is of the gateway's own use. */
  "reserved",
  /** The command is not allowed, declared or approved; `reason` says which. */
  "not_allowed",
  /** Too many invokes wait for this node. */
  "busy",
  /** The node did not answer in time. */
  "timed_out",
  /** The node went away before it answered. */
  "disconnected",
  /** The node answered with an error of its own. */
  "failed",
  /** The caller went away, or the gateway stops. */
  "aborted",
] as const;

export type NodeErrorCode = (typeof NODE_ERROR_CODES)[number];

/** What callers may learn beside the message. */
export interface NodeErrorFacts {
  /** Of `not_allowed`. */
  readonly reason?: string;
  readonly command?: string;
  /** Of `failed` and `timed_out`: the node's own words. */
  readonly nodeError?: { readonly code: string; readonly message: string };
}

/** The one error class of this package. */
export class NodesError extends Error {
  override readonly name = "NodesError";
  readonly code: NodeErrorCode;
  readonly facts: NodeErrorFacts;

  constructor(code: NodeErrorCode, message: string, facts: NodeErrorFacts = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}
