import type { AuthEffect, ConnectVerdict } from "../authenticator.ts";
import type { Grant } from "../grant.ts";

/** A connect that ends here. */
export type Refusal = Extract<ConnectVerdict, { ok: false }>;

/** A connect that is let in. */
export interface Admission {
  readonly ok: true;
  readonly grant: Grant;
  readonly effects: readonly AuthEffect[];
}

/** What the checks of a connect came to. */
export type Judgement = Admission | Refusal;
