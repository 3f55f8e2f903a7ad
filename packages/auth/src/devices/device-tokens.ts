import { createHmac } from "node:crypto";
import { type Role, ROLES } from "@openclaw/protocol";
import { AuthError } from "../errors.ts";
import { coversAll } from "../scopes.ts";
import { secretsEqual } from "../secrets/secrets-equal.ts";
import type { DeviceTokenRecord, PairedDevice } from "./store.ts";

/** How a presented token relates to a paired device. */
export type TokenMatch =
  /** The live token of this role, and it covers what is asked. */
  | "valid"
  /** A live token of this device, but for less than is asked. */
  | "too-narrow"
  | "unknown";

/** A presented token, and what it is to admit to. */
export interface TokenClaim {
  readonly token: string;
  readonly role: Role;
  readonly scopes: readonly string[];
}

/**
 * Derives device tokens instead of keeping them: base64url of HMAC-SHA-256(key, `deviceId|role|generation`), 43
 * characters. A stolen store holds no token, and a connect can still echo the live one (T-PAIR-13).
 *
 * Docs: protocol.md#device-tokens
 */
export class DeviceTokens {
  readonly #key: Uint8Array;

  /** @throws {AuthError} TOKEN_KEY_LENGTH unless the key has 32 bytes. */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new AuthError("TOKEN_KEY_LENGTH");
    this.#key = Uint8Array.from(key);
  }

  /** The token of one device, role and generation. */
  derive(deviceId: string, role: Role, { generation }: Pick<DeviceTokenRecord, "generation">): string {
    return createHmac("sha256", this.#key).update(`${deviceId}|${role}|${generation}`).digest("base64url");
  }

  /** Judges a presented token. Revoked tokens and those of older generations are unknown. */
  match(device: PairedDevice, { token, role, scopes }: TokenClaim): TokenMatch {
    const owner = ROLES.find((candidate) => this.#isLive(device, candidate, token));
    if (owner === undefined) return "unknown";
    const held = device.tokens[owner]?.scopes ?? [];
    return owner === role && coversAll({ role, held }, scopes) ? "valid" : "too-narrow";
  }

  #isLive(device: PairedDevice, role: Role, token: string): boolean {
    const record = device.tokens[role];
    if (record === undefined || record.revokedAtMs !== undefined || !device.roles.includes(role))
      return false;
    return secretsEqual(token, this.derive(device.deviceId, role, record));
  }
}

/**
 * The token record that admits what is asked: the live one when it covers it, else one of a later generation with
 * the scopes of both. `scopes` must lie within the approval of the device; nothing is issued beyond it.
 * Generations follow the clock, so a device that is removed and paired again never gets an old token back.
 */
export function ensureTokenRecord(
  current: DeviceTokenRecord | undefined,
  { role, scopes, now }: { readonly role: Role; readonly scopes: readonly string[]; readonly now: number },
): DeviceTokenRecord {
  if (current === undefined) return { generation: now, scopes: [...scopes], createdAtMs: now };
  const live = current.revokedAtMs === undefined ? current.scopes : undefined;
  if (live !== undefined && coversAll({ role, held: live }, scopes)) return current;
  return rotatedRecord(current, { scopes: [...new Set([...(live ?? []), ...scopes])], now });
}

/** The record of the token that follows: a later generation, live whatever happened to the one before. */
export function rotatedRecord(
  current: DeviceTokenRecord,
  { scopes, now }: { readonly scopes: readonly string[]; readonly now: number },
): DeviceTokenRecord {
  const { createdAtMs, lastUsedAtMs } = current;
  return {
    generation: Math.max(current.generation + 1, now),
    scopes: [...scopes],
    createdAtMs,
    rotatedAtMs: now,
    ...(lastUsedAtMs !== undefined && { lastUsedAtMs }),
  };
}
