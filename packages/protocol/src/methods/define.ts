import type * as v from "valibot";

import type { MethodScope, OperatorScope } from "../scopes.ts";

/** Carries a result type through a contract; holds nothing at run time. */
export interface Result<R> {
  readonly __result?: R;
}

/** One RPC method as both ends see it. */
export interface MethodContract<S extends v.GenericSchema = v.GenericSchema, R = unknown> {
  /** Schema of the params, built once. */
  readonly params: S;
  /** What the caller must hold; checked before the params. */
  readonly scope: MethodScope;
  /** What certain params ask for on top of `scope`; checked once they are known to be valid. */
  extraScope?(params: v.InferOutput<S>): OperatorScope | undefined;
  readonly result: Result<R>;
  /** Every call its caller has the scope for counts against a budget, before its params are looked at (protocol.md §7.2). */
  readonly budgeted?: true;
  /** `false` keeps an implemented method out of `features.methods` of dialect 3; dialect 4 lists what there is. */
  readonly advertised?: false;
}

/** Declares a method contract. */
export function method<const S extends v.GenericSchema, R>(
  contract: MethodContract<S, R>,
): MethodContract<S, R> {
  return Object.freeze(contract);
}

/** Names the result type of a contract: `result: result<HealthSnapshot>()`. */
export function result<R>(): Result<R> {
  return RESULT;
}

const RESULT: Result<never> = Object.freeze({});
