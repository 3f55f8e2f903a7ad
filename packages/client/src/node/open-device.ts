import type { Device } from "../identity.ts";
import { deviceIdentity } from "./device-identity.ts";
import { deviceTokens } from "./device-tokens.ts";

/** This machine's device: its key and tokens in `<stateDir>/identity/`, created on first use. */
export async function openDevice(stateDir: string): Promise<Device> {
  const identity = await deviceIdentity(stateDir);
  return { identity, tokens: deviceTokens(stateDir, identity.deviceId) };
}
