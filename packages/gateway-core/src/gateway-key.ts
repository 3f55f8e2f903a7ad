import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GatewayError } from "./errors.ts";

const KEY_BYTES = 32;

/**
 * The key that device tokens are derived from: read from the identity folder, or made on the first start.
 * It lies outside the store, so that a copied store or backup holds no token.
 *
 * @throws {GatewayError} STATE_UNUSABLE when it exists but is not a key, or cannot be written
 */
export async function gatewayKey(identityDir: string): Promise<Uint8Array> {
  const path = join(identityDir, "gateway.key");
  const key = (await readKey(path)) ?? (await createKey(identityDir, path));
  if (key.length !== KEY_BYTES) {
    throw new GatewayError(
      "STATE_UNUSABLE",
      `${path} is damaged (${key.length} bytes instead of ${KEY_BYTES}). Restore it, or delete it to pair devices anew.`,
    );
  }
  return key;
}

async function readKey(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new GatewayError("STATE_UNUSABLE", `cannot read ${path}`, { cause: error });
  }
}

async function createKey(identityDir: string, path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES);
  try {
    await mkdir(identityDir, { recursive: true, mode: 0o700 });
    await writeFile(`${path}.tmp`, key, { mode: 0o600, flag: "w" });
    await rename(`${path}.tmp`, path);
  } catch (error) {
    throw new GatewayError("STATE_UNUSABLE", `cannot write ${path}`, { cause: error });
  }
  return key;
}

/** A key for a gateway without durable state. */
export function ephemeralKey(): Uint8Array {
  return randomBytes(KEY_BYTES);
}
