/** What a browser's device needs of Ed25519. */
export interface Ed25519 {
  /** The raw 32 bytes of the public key. */
  readonly publicKey: Uint8Array;
  /** Lower-case hex SHA-256 of the public key. */
  readonly deviceId: string;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** The parts of the standard `Crypto` that are used; pages outside secure contexts have no `subtle`. */
export type PlatformCrypto = Pick<typeof globalThis.crypto, "getRandomValues"> & {
  readonly subtle?: typeof globalThis.crypto.subtle | undefined;
};

// The PKCS #8 form of an Ed25519 key is a fixed header and the 32 bytes of the seed.
const PKCS8_HEADER = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

/**
 * The key pair of a 32-byte seed. The platform's own implementation is used where there is one; older browsers, and
 * pages without a secure context, load one written in JavaScript.
 */
export async function ed25519(seed: Uint8Array, crypto: PlatformCrypto): Promise<Ed25519> {
  return (crypto.subtle && (await platformEd25519(seed, crypto.subtle))) ?? (await portableEd25519(seed));
}

async function platformEd25519(
  seed: Uint8Array,
  subtle: NonNullable<PlatformCrypto["subtle"]>,
): Promise<Ed25519 | undefined> {
  const pkcs8 = Uint8Array.from([...PKCS8_HEADER, ...seed]);
  try {
    const key = await subtle.importKey("pkcs8", pkcs8, { name: "Ed25519" }, true, ["sign"]);
    const { x } = await subtle.exportKey("jwk", key);
    if (x === undefined) return undefined;
    const publicKey = fromBase64Url(x);
    return {
      publicKey,
      deviceId: toHex(new Uint8Array(await subtle.digest("SHA-256", publicKey))),
      sign: async (message) => new Uint8Array(await subtle.sign("Ed25519", key, message)),
    };
  } catch {
    // The algorithm is younger than the interface; what a platform throws for it differs.
    return undefined;
  }
}

async function portableEd25519(seed: Uint8Array): Promise<Ed25519> {
  const [{ getPublicKey, hashes, sign }, { sha256, sha512 }] = await Promise.all([
    import("@noble/ed25519"),
    import("@noble/hashes/sha2.js"),
  ]);
  // The library takes its hash from the platform unless it is told otherwise, and here there is none.
  hashes.sha512 = sha512;
  const publicKey = getPublicKey(seed);
  return {
    publicKey,
    deviceId: toHex(sha256(publicKey)),
    sign: async (message) => sign(message, seed),
  };
}

/** Base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** @throws when the text is no base64url */
export function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
