import { CLOSE, type Role } from "@openclaw/protocol";
import type { Invalidation } from "../authenticator.ts";
import type { Grant } from "../grant.ts";

/** What was taken from a device. */
export type Ending =
  | { readonly kind: "removed"; readonly deviceId: string }
  | { readonly kind: "revoked" | "rotated"; readonly deviceId: string; readonly role: Role };

/** Endings kept; connections are asked right after each one, so only the latest matter. */
const MAX_ENDINGS = 1_000;

/**
 * Remembers in which order devices lost what. A connect notes where this history stands before it looks at the device,
 * so an ending that happens while it is being judged concerns it too.
 */
export class DeviceEndings {
  /** Newest last; one per device and kind. */
  readonly #positions = new Map<string, number>();
  #position = 0;

  /** Where the history stands now. */
  get position(): number {
    return this.#position;
  }

  /** Notes that something ended. Ask the connections afterwards. */
  note(ending: Ending): void {
    const key = keyOf(ending);
    this.#position += 1;
    this.#positions.delete(key);
    this.#positions.set(key, this.#position);
    const [oldest] = this.#positions.keys();
    if (this.#positions.size > MAX_ENDINGS && oldest !== undefined) this.#positions.delete(oldest);
  }

  /** The close for a grant that was judged at `since`, when its device has lost what it rests on. */
  after(since: number, { deviceId, role, method }: Grant): Invalidation | undefined {
    if (deviceId === undefined || since === this.#position) return undefined;
    const happened = (ending: Ending) => (this.#positions.get(keyOf(ending)) ?? 0) > since;
    if (happened({ kind: "removed", deviceId })) return CLOSE.deviceRemoved;
    if (happened({ kind: "revoked", deviceId, role })) return CLOSE.deviceTokenRevoked;
    // A rotation replaces one credential: connections that came with another one are not concerned.
    const isByToken = method === "device-token";
    return isByToken && happened({ kind: "rotated", deviceId, role }) ? CLOSE.deviceTokenRotated : undefined;
  }
}

function keyOf(ending: Ending): string {
  const role = ending.kind === "removed" ? "" : ending.role;
  return `${ending.kind} ${role} ${ending.deviceId}`;
}
