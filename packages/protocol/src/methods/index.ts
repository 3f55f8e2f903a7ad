import type * as v from "valibot";

import { ABILITY_METHODS } from "./abilities.ts";
import { AGENT_METHODS } from "./agent.ts";
import { AGENTS_METHODS } from "./agents.ts";
import { APPROVAL_POLICY_METHODS } from "./approval-policies.ts";
import { APPROVAL_METHODS } from "./approvals.ts";
import { AUDIT_METHODS } from "./audit.ts";
import { CHANNELS_METHODS } from "./channels.ts";
import { CHAT_METHODS } from "./chat.ts";
import { CONFIG_METHODS } from "./config.ts";
import { CRON_METHODS } from "./cron.ts";
import type { MethodContract, Result } from "./define.ts";
import { DEVICE_METHODS } from "./devices.ts";
import { HEARTBEAT_METHODS } from "./heartbeats.ts";
import { LOGS_METHODS } from "./logs.ts";
import { MODELS_METHODS } from "./models.ts";
import { NODE_METHODS } from "./nodes.ts";
import { PROXY_METHODS } from "./proxy.ts";
import { SESSION_CHANGE_METHODS } from "./session-changes.ts";
import { SESSIONS_METHODS } from "./sessions.ts";
import { STATUS_METHODS } from "./status.ts";
import { SUBSCRIPTION_METHODS } from "./subscriptions.ts";
import { SYSTEM_METHODS } from "./system.ts";
import { TALK_METHODS } from "./talk.ts";
import { USAGE_METHODS } from "./usage.ts";

/**
 * Every method this build has a contract for. `features.methods` lists those a gateway really handles.
 *
 * Docs: protocol.md#methods
 */
export const METHODS = {
  ...STATUS_METHODS,
  ...HEARTBEAT_METHODS,
  ...SYSTEM_METHODS,
  ...PROXY_METHODS,
  ...AUDIT_METHODS,
  ...LOGS_METHODS,
  ...CHANNELS_METHODS,
  ...CONFIG_METHODS,
  ...APPROVAL_POLICY_METHODS,
  ...APPROVAL_METHODS,
  ...MODELS_METHODS,
  ...USAGE_METHODS,
  ...AGENTS_METHODS,
  ...ABILITY_METHODS,
  ...TALK_METHODS,
  ...SESSIONS_METHODS,
  ...SESSION_CHANGE_METHODS,
  ...SUBSCRIPTION_METHODS,
  ...CRON_METHODS,
  ...NODE_METHODS,
  ...DEVICE_METHODS,
  ...AGENT_METHODS,
  ...CHAT_METHODS,
};

type ParamsOf<C extends MethodContract> = v.InferOutput<C["params"]>;
type ResultOf<C extends MethodContract> = C["result"] extends Result<infer R> ? R : never;
type MethodMap = {
  readonly [M in keyof typeof METHODS]: {
    readonly params: ParamsOf<(typeof METHODS)[M]>;
    readonly result: ResultOf<(typeof METHODS)[M]>;
  };
};

/**
 * Method name to params and result. Code outside this repository adds its methods by module augmentation:
 * `declare module "@openclaw/protocol" { interface Methods { "acme.ping": { params: object; result: string } } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an interface, because only those can be augmented
export interface Methods extends MethodMap {}

/** Name of a method with a known contract. */
export type MethodName = keyof Methods;

/** Looks a contract up by a name that came over the wire: own names only, `constructor` is no method. */
export function methodContract(name: string): MethodContract | undefined {
  return BY_NAME.get(name);
}

const BY_NAME: ReadonlyMap<string, MethodContract> = new Map(Object.entries(METHODS));
