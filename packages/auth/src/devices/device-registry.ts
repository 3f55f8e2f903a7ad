import type { PairingReason, Role } from "@openclaw/protocol";
import type { IssuedDeviceToken } from "../grant.ts";
import { coversAll } from "../scopes.ts";
import { hasNewDetails, isOtherMachine } from "./client-details.ts";
import { type DeviceTokens, ensureTokenRecord } from "./device-tokens.ts";
import type { DeviceVisit, Enrolment, EnrolmentRules, Redemption, TokenPresentation } from "./enrolment.ts";
import type { KeyedLock } from "./keyed-lock.ts";
import type { PendingRequests } from "./pending-requests.ts";
import type { DeviceStore, DeviceTokenRecord, PairedDevice } from "./store.ts";

type Logger = Pick<Console, "info">;

/** Paired devices beyond this are not added silently any more; the owner is asked. */
const MAX_SILENT_DEVICES = 1_000;

/** Distance of two durable notes of the last visit; without it every reconnect would cost a write. */
const VISIT_STEP_MS = 60_000;

/** Parts of a {@link DeviceRegistry}. */
export interface DeviceRegistryOptions {
  readonly store: DeviceStore;
  readonly requests: PendingRequests;
  /** Held while a device is worked on, by its id. */
  readonly lock: KeyedLock;
  readonly tokens: DeviceTokens;
  readonly now: () => number;
  readonly newId: () => string;
  readonly logger?: Logger | undefined;
}

/**
 * The devices the owner let in, and those that wait. Everything about one device happens one after another, so two
 * connects never work from the same old record.
 *
 * Docs: protocol.md#pairing
 */
export class DeviceRegistry {
  readonly #options: DeviceRegistryOptions;

  constructor(options: DeviceRegistryOptions) {
    this.#options = options;
  }

  /** Admits a device by its own token. */
  redeem(visit: DeviceVisit, { token, lockedForMs }: TokenPresentation): Promise<Redemption> {
    return this.#exclusive(visit, async (record) => {
      const retryAfterMs = lockedForMs(record !== undefined);
      if (retryAfterMs !== undefined) return { status: "locked", retryAfterMs };
      if (record === undefined) return { status: "wrong", isPaired: false };
      const { role, scopes } = visit;
      const match = this.#options.tokens.match(record, { token, role, scopes });
      if (match === "valid")
        return { status: "valid", issued: await this.#welcome(record, visit, "by token") };
      return match === "too-narrow" ? { status: match } : { status: "wrong", isPaired: true };
    });
  }

  /** Admits a device whose user showed the gateway's own credential: pairs it, or files a request. */
  enrol(visit: DeviceVisit, rules: EnrolmentRules): Promise<Enrolment> {
    return this.#exclusive(visit, async (record) => {
      const reason = missingApproval(record, visit);
      if (record !== undefined && reason === undefined) {
        return { status: "paired", issued: await this.#welcome(record, visit) };
      }
      if (rules.isSilent && (await this.#mayPairSilently(record, visit))) return this.#pairSilently(visit);
      return this.#file({ visit, record, reason: reason ?? "not-paired", rules });
    });
  }

  /** The token of a device that needs none to get in: only if it is paired for all it asks. Nothing is requested. */
  greet(visit: DeviceVisit): Promise<IssuedDeviceToken | undefined> {
    return this.#exclusive(visit, async (record) => {
      if (record === undefined || missingApproval(record, visit) !== undefined) return undefined;
      return this.#welcome(record, visit);
    });
  }

  /** The id is the hash of the proven key, so whoever has the id has the key of the record. */
  #exclusive<T>(
    { device: { deviceId } }: DeviceVisit,
    task: (record: PairedDevice | undefined) => Promise<T>,
  ): Promise<T> {
    const { lock, store } = this.#options;
    return lock.run(deviceId, async () => task(await store.device(deviceId)));
  }

  /** First pairing only: an approval, and a request the owner already sees, are never widened behind his back. */
  async #mayPairSilently(record: PairedDevice | undefined, { device }: DeviceVisit): Promise<boolean> {
    if (record !== undefined || (await this.#options.requests.of(device.deviceId)) !== undefined)
      return false;
    return (await this.#options.store.devices()).length < MAX_SILENT_DEVICES;
  }

  async #pairSilently({ device, role, scopes, details }: DeviceVisit): Promise<Enrolment> {
    const { store, now, newId, logger } = this.#options;
    const ts = now();
    const token = ensureTokenRecord(undefined, { role, scopes, now: ts });
    await store.putDevice({
      deviceId: device.deviceId,
      publicKey: device.publicKey,
      ...details,
      roles: [role],
      scopes: [...scopes],
      approvedScopes: [...scopes],
      tokens: { [role]: token },
      createdAtMs: ts,
      approvedAtMs: ts,
      approvedVia: "silent",
      lastSeenAtMs: ts,
    });
    logger?.info("device paired silently", { deviceId: device.deviceId, role, scopes });
    return {
      status: "paired",
      issued: this.#issued(device.deviceId, role, token),
      resolved: { requestId: newId(), deviceId: device.deviceId, decision: "approved", ts },
    };
  }

  async #file(filing: {
    readonly visit: DeviceVisit;
    readonly record: PairedDevice | undefined;
    readonly reason: PairingReason;
    readonly rules: EnrolmentRules;
  }): Promise<Enrolment> {
    const { visit, record, reason, rules } = filing;
    const isKnown = (await this.#options.requests.of(visit.device.deviceId)) !== undefined;
    const lockedForMs = isKnown ? undefined : rules.lockedForMs();
    if (lockedForMs !== undefined) return { status: "crowded", retryAfterMs: lockedForMs };
    const filed = await this.#options.requests.file({ ...visit, isRepair: record !== undefined });
    if (!filed.ok) return { status: "crowded", retryAfterMs: filed.retryAfterMs };
    return { status: "waiting", reason, record, request: filed.request, isNew: filed.isNew };
  }

  /** Notes the visit and hands out the live token; writes only when something worth keeping changed. */
  async #welcome(record: PairedDevice, visit: DeviceVisit, by?: "by token"): Promise<IssuedDeviceToken> {
    const { store, now, logger } = this.#options;
    const { role, scopes, details } = visit;
    const at = now();
    const current = record.tokens[role];
    const ensured = ensureTokenRecord(current, { role, scopes, now: at });
    const isDue = (noted = 0) => at - noted >= VISIT_STEP_MS;
    const isUseDue = by === "by token" && isDue(ensured.lastUsedAtMs);
    const seen = [...new Set([...record.scopes, ...scopes])];
    const isWider = seen.length > record.scopes.length;
    if (isOtherMachine(record, details))
      logger?.info("device details changed", { deviceId: record.deviceId });
    if (
      isUseDue ||
      isDue(record.lastSeenAtMs) ||
      isWider ||
      ensured !== current ||
      hasNewDetails(record, details)
    ) {
      const token = isUseDue ? { ...ensured, lastUsedAtMs: at } : ensured;
      const tokens = { ...record.tokens, [role]: token };
      await store.putDevice({ ...record, ...details, scopes: seen, tokens, lastSeenAtMs: at });
    }
    return this.#issued(record.deviceId, role, ensured);
  }

  #issued(deviceId: string, role: Role, record: DeviceTokenRecord): IssuedDeviceToken {
    return {
      deviceToken: this.#options.tokens.derive(deviceId, role, record),
      role,
      scopes: record.scopes,
      issuedAtMs: record.rotatedAtMs ?? record.createdAtMs,
    };
  }
}

/** Why the owner has to be asked, or `undefined` when he already said yes to all of it. */
function missingApproval(record: PairedDevice | undefined, visit: DeviceVisit): PairingReason | undefined {
  if (record === undefined) return "not-paired";
  if (!record.roles.includes(visit.role)) return "role-upgrade";
  const isCovered = coversAll({ role: visit.role, held: record.approvedScopes }, visit.scopes);
  return isCovered ? undefined : "scope-upgrade";
}
