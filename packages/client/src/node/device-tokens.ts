import { join } from "node:path";

import { createTokenStore } from "../device-tokens.ts";
import type { DeviceTokenStore } from "../identity.ts";
import { readJson, replaceJson } from "./private-file.ts";

/**
 * Tokens issued to one device, in `<stateDir>/identity/device-auth.json` (0600).
 *
 * Docs: protocol.md#device-tokens
 */
export function deviceTokens(
  stateDir: string,
  deviceId: string,
  now: () => number = Date.now,
): DeviceTokenStore {
  const path = join(stateDir, "identity", "device-auth.json");
  const file = { read: () => readJson(path), replace: (content: unknown) => replaceJson(path, content) };
  return createTokenStore(file, deviceId, now);
}
