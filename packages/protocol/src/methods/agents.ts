import * as v from "valibot";

import { nonEmpty, noParams, text } from "../schemas.ts";
import { method, result } from "./define.ts";

/** A configured agent. */
export interface AgentInfo {
  readonly id: string;
  readonly name?: string;
  readonly identity?: {
    readonly name?: string;
    readonly theme?: string;
    readonly emoji?: string;
    readonly avatar?: string;
    readonly avatarUrl?: string;
  };
}

/** Result of `agents.list`. */
export interface AgentsList {
  readonly defaultId: string;
  readonly mainKey: string;
  readonly scope: "per-sender" | "global";
  readonly agents: readonly AgentInfo[];
  /** Dialect 4. */
  readonly ownership?: string;
  readonly selectionRequired?: boolean;
}

/** Result of `agent.identity.get`. */
export interface AgentIdentity {
  readonly agentId: string;
  readonly name: string;
  /** A letter, an emoji, a path or an address. */
  readonly avatar: string;
  readonly emoji?: string;
}

/** The configured agents. */
export const AGENTS_METHODS = {
  "agents.list": method({ params: noParams, scope: "operator.read", result: result<AgentsList>() }),
  "agent.identity.get": method({
    params: v.strictObject({ agentId: v.optional(nonEmpty), sessionKey: v.optional(text) }),
    scope: "operator.read",
    result: result<AgentIdentity>(),
  }),
};
