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

/** The model catalogue. */
export const MODELS_METHODS = {
  "models.list": method({
    params: noParams,
    scope: "operator.read",
    result: result<{ readonly models: readonly ModelInfo[] }>(),
  }),
};
