import { createTokenStore } from "../device-tokens.ts";
import type { Device, DeviceIdentity } from "../identity.ts";
import { ed25519, fromBase64Url, toBase64Url, type PlatformCrypto } from "./ed25519.ts";

/** What is used of `localStorage`; anything else that keeps texts by name will do. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Options of {@link openBrowserDevice}. */
export interface BrowserDeviceOptions {
  /** @default localStorage */
  readonly storage?: TextStorage;
  /** @default the platform's */
  readonly crypto?: PlatformCrypto;
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
}

const IDENTITY_KEY = "openclaw.device.identity";
const TOKENS_KEY = "openclaw.device.auth";

/**
 * This browser's device: its key and tokens in `localStorage`, created on first use. Scripts of the same origin can read
 * them, as they could use them. The key is stored as
 * `{"version":1,"deviceId":"5647…","publicKey":"…","privateKey":"…","createdAtMs":1795347971742}`.
 *
 * Docs: protocol.md#device-identity
 * @throws {TypeError} there is no storage; and whatever the storage throws that may not be used
 */
export async function openBrowserDevice(options: BrowserDeviceOptions = {}): Promise<Device> {
  const { crypto = globalThis.crypto, now = Date.now } = options;
  const storage = options.storage ?? platformStorage();
  const readStored = (key: string): unknown => parse(storage.getItem(key));
  const known = seedOf(readStored(IDENTITY_KEY));
  if (known) return deviceOf(await identityOf(known, crypto));

  const seed = crypto.getRandomValues(new Uint8Array(32));
  const created = await identityOf(seed, crypto);
  // Another page of this origin may have been faster: all use the key that stands there.
  const other = seedOf(readStored(IDENTITY_KEY));
  if (other) return deviceOf(await identityOf(other, crypto));
  const { deviceId, publicKey } = created;
  const stored = { version: 1, deviceId, publicKey, privateKey: toBase64Url(seed), createdAtMs: now() };
  storage.setItem(IDENTITY_KEY, JSON.stringify(stored));
  return deviceOf(created);

  function deviceOf(identity: DeviceIdentity): Device {
    const file = {
      read: async () => readStored(TOKENS_KEY),
      replace: async (content: unknown) => storage.setItem(TOKENS_KEY, JSON.stringify(content)),
    };
    return { identity, tokens: createTokenStore(file, identity.deviceId, now) };
  }
}

function platformStorage(): TextStorage {
  const { localStorage } = globalThis as { readonly localStorage?: TextStorage };
  if (!localStorage) throw new TypeError("this platform has no localStorage: give a storage");
  return localStorage;
}

async function identityOf(seed: Uint8Array, crypto: PlatformCrypto): Promise<DeviceIdentity> {
  const key = await ed25519(seed, crypto);
  return {
    deviceId: key.deviceId,
    publicKey: toBase64Url(key.publicKey),
    sign: async (payload) => toBase64Url(await key.sign(new TextEncoder().encode(payload))),
  };
}

// What holds no usable key is replaced, which makes this a new device.
function seedOf(stored: unknown): Uint8Array | undefined {
  if (typeof stored !== "object" || stored === null || !("privateKey" in stored)) return undefined;
  if (typeof stored.privateKey !== "string") return undefined;
  try {
    const seed = fromBase64Url(stored.privateKey);
    return seed.length === 32 ? seed : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
