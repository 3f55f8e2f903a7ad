import * as v from "valibot";

import { nonEmpty, noParams, shortText, text } from "../schemas.ts";
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

/** Result of `agents.create`. */
export interface AgentCreated {
  readonly ok: true;
  readonly agentId: string;
  readonly name: string;
  readonly workspace: string;
}

/** Result of `agents.delete`. */
export interface AgentDeleted {
  readonly ok: true;
  readonly agentId: string;
  /** Entries of `bindings` that went with it. */
  readonly removedBindings: number;
}

/** Longest name of an agent; ids have 64 characters at most. */
const MAX_NAME_CHARS = 200;
const MAX_PATH_CHARS = 4_096;
const name = shortText(MAX_NAME_CHARS);
const path = shortText(MAX_PATH_CHARS);
/** A letter, an emoji, a path or an address. */
const avatar = v.optional(path);

/** The configured agents. */
export const AGENTS_METHODS = {
  "agents.list": method({ params: noParams, scope: "operator.read", result: result<AgentsList>() }),
  "agent.identity.get": method({
    params: v.strictObject({ agentId: v.optional(nonEmpty), sessionKey: v.optional(text) }),
    scope: "operator.read",
    result: result<AgentIdentity>(),
  }),
  "agents.create": method({
    /** The id is made from the name. */
    params: v.strictObject({ name, workspace: path, emoji: v.optional(name), avatar }),
    scope: "operator.admin",
    result: result<AgentCreated>(),
  }),
  "agents.update": method({
    params: v.strictObject({
      agentId: nonEmpty,
      name: v.optional(name),
      workspace: v.optional(path),
      model: v.optional(name),
      avatar,
    }),
    scope: "operator.admin",
    result: result<{ readonly ok: true; readonly agentId: string }>(),
  }),
  "agents.delete": method({
    /** `deleteFiles` is accepted; workspace and stored sessions stay all the same. */
    params: v.strictObject({ agentId: nonEmpty, deleteFiles: v.optional(v.boolean()) }),
    scope: "operator.admin",
    result: result<AgentDeleted>(),
  }),
};
