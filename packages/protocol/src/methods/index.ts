import type * as v from "valibot";

import { AGENT_METHODS } from "./agent.ts";
import { AGENTS_METHODS } from "./agents.ts";
import { CHANNELS_METHODS } from "./channels.ts";
import { CHAT_METHODS } from "./chat.ts";
import { CONFIG_METHODS } from "./config.ts";
import type { MethodContract, Result } from "./define.ts";
import { LOGS_METHODS } from "./logs.ts";
import { MODELS_METHODS } from "./models.ts";
import { SESSIONS_METHODS } from "./sessions.ts";
import { STATUS_METHODS } from "./status.ts";

/**
 * Every method this build has a contract for. `features.methods` lists those a gateway really handles.
 *
 * Docs: protocol.md#methods
 */
export const METHODS = {
  ...STATUS_METHODS,
  ...LOGS_METHODS,
  ...CHANNELS_METHODS,
  ...CONFIG_METHODS,
  ...MODELS_METHODS,
  ...AGENTS_METHODS,
  ...SESSIONS_METHODS,
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
