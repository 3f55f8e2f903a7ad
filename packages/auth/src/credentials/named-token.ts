import { createHash } from "node:crypto";
import type { Role } from "@openclaw/protocol";
import type { ClientBudget } from "../limiter/client-budget.ts";
import { isInBlocks } from "../peer/address-block.ts";
import { parseAddress } from "../peer/address.ts";
import type { NamedToken } from "../policy.ts";
import { secretsEqual } from "../secrets/secrets-equal.ts";

/** How a presented named token was judged. Only `wrong` is a guess that counts. */
export type NamedTokenVerdict =
  | { readonly status: "right"; readonly token: NamedToken }
  | { readonly status: "wrong"; readonly reason: "named_token_mismatch" }
  /** The text is right, but it does not admit this client now. */
  | {
      readonly status: "void";
      readonly reason: "named_token_expired" | "named_token_address" | "named_token_role";
    }
  /** Nothing was compared. */
  | { readonly status: "locked"; readonly retryAfterMs: number };

/** Who presents a named token, and what it is compared with. */
export interface NamedTokenUse {
  readonly tokens: readonly NamedToken[];
  readonly role: Role;
  /** Canonical address of the client; empty when unknown. */
  readonly clientIp: string;
  readonly budget: ClientBudget;
  /** Epoch ms. */
  readonly now: number;
}

const PREFIX = "oct_";
// The secret may hold an underscore itself; the name cannot.
const TEXT = /^oct_([a-z0-9-]{1,32})_[A-Za-z0-9_-]{43}$/;
/** Compared with when no entry has the name, so that a guess at a name takes as long as one at a secret. */
const NO_HASH = `sha256:${"0".repeat(64)}`;

/** The presented text when its form says that it is a named token; such a text is never tried as anything else. */
export function namedTokenText(presented: string | undefined): string | undefined {
  const text = presented?.trim();
  return text?.startsWith(PREFIX) ? text : undefined;
}

/**
 * Judges a named token: the text by its hash, then term, address and role. Counting is left to the caller.
 *
 * Docs: protocol.md#named-tokens
 */
export function judgeNamedToken(text: string, use: NamedTokenUse): NamedTokenVerdict {
  const retryAfterMs = use.budget.lockedForMs("named-token");
  if (retryAfterMs !== undefined) return { status: "locked", retryAfterMs };
  const name = TEXT.exec(text)?.[1];
  const entry = use.tokens.find((token) => token.name === name);
  const isRight = secretsEqual(hashOf(text), entry?.hash ?? NO_HASH);
  if (entry === undefined || !isRight) return { status: "wrong", reason: "named_token_mismatch" };
  if (isExpired(entry, use.now)) return { status: "void", reason: "named_token_expired" };
  if (!isUsableFrom(entry, use.clientIp)) return { status: "void", reason: "named_token_address" };
  if (entry.role !== use.role) return { status: "void", reason: "named_token_role" };
  return { status: "right", token: entry };
}

/** Whether the term of a token is over. */
export function isExpired({ expiresAtMs }: NamedToken, now: number): boolean {
  return expiresAtMs !== undefined && now >= expiresAtMs;
}

/** Whether two entries admit the same text to the same. */
export function isSameEntry(a: NamedToken, b: NamedToken): boolean {
  return (
    secretsEqual(a.hash, b.hash) &&
    a.role === b.role &&
    a.expiresAtMs === b.expiresAtMs &&
    isSameList(a.scopes, b.scopes) &&
    isSameList(a.cidr, b.cidr)
  );
}

function isUsableFrom({ cidr }: NamedToken, clientIp: string): boolean {
  if (cidr === undefined) return true;
  const address = parseAddress(clientIp);
  return address !== undefined && isInBlocks(address, cidr);
}

function isSameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a?.length === b?.length && (a ?? []).every((item, index) => item === b?.[index]);
}

function hashOf(text: string): string {
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
}
