import * as v from "valibot";

import { noParams } from "../schemas.ts";
import { method, result } from "./define.ts";

/** A model a run can use. */
export interface ModelInfo {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly contextWindow?: number;
  readonly reasoning?: boolean;
  /** Kinds of input, such as `text` and `image`. */
  readonly input?: readonly string[];
}

/** Whether a provider can be used as far as its credentials go; never a credential. */
export interface ProviderAuth {
  readonly provider: string;
  readonly displayName: string;
  /** `static`: there is a key, or none is needed. Nobody has asked the provider whether it is right. */
  readonly status: "static" | "missing";
  /** Where the key comes from: an environment variable or a configuration path. */
  readonly source?: string;
  /** Logins that expire; this build has none. */
  readonly profiles: readonly unknown[];
}

/** The model catalogue. */
export const MODELS_METHODS = {
  "models.list": method({
    params: noParams,
    scope: "operator.read",
    result: result<{ readonly models: readonly ModelInfo[] }>(),
  }),
  "models.authStatus": method({
    params: v.strictObject({ refresh: v.optional(v.boolean()) }),
    scope: "operator.read",
    result: result<{ readonly ts: number; readonly providers: readonly ProviderAuth[] }>(),
    advertised: false,
  }),
};
