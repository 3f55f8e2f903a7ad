import type { KnownAuthReason } from "@openclaw/protocol";
import type { ClientBudget } from "../limiter/client-budget.ts";
import type { AuthPolicy } from "../policy.ts";
import { secretsEqual } from "../secrets/secrets-equal.ts";
import { usableSecret } from "../secrets/usable-secret.ts";

/** How a presented secret relates to the gateway's own. Only `wrong` is a guess that counts. */
export type SecretVerdict =
  | { readonly status: "right"; readonly method: "token" | "password" }
  | { readonly status: "wrong"; readonly reason: KnownAuthReason }
  /** Nothing was compared: nothing was presented, or the gateway has no secret. */
  | { readonly status: "absent"; readonly reason: KnownAuthReason }
  /** Nothing was compared: this client guessed too often (T-AUTH-12). */
  | { readonly status: "locked"; readonly retryAfterMs: number };

/** Compares what a client presented with the gateway's token or password. Counting is left to the caller. */
export function judgeSecret(
  presented: string | undefined,
  policy: Pick<AuthPolicy, "token" | "password"> & { readonly mode: "token" | "password" },
  budget: ClientBudget,
): SecretVerdict {
  const method = policy.mode;
  const expected = usableSecret(policy[method]);
  if (expected === undefined) return { status: "absent", reason: `${method}_missing_config` };
  const secret = presented?.trim() ?? "";
  if (secret === "") return { status: "absent", reason: `${method}_missing` };
  const retryAfterMs = budget.lockedForMs("shared-secret");
  if (retryAfterMs !== undefined) return { status: "locked", retryAfterMs };
  return secretsEqual(secret, expected)
    ? { status: "right", method }
    : { status: "wrong", reason: `${method}_mismatch` };
}
