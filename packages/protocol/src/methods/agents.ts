import { noParams } from "../schemas.ts";
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

/** The configured agents. */
export const AGENTS_METHODS = {
  "agents.list": method({ params: noParams, scope: "operator.read", result: result<AgentsList>() }),
};
