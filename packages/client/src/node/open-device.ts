import type { Device, DeviceIdentity } from "../identity.ts";
import { deviceIdentity, storedIdentity } from "./device-identity.ts";
import { deviceTokens } from "./device-tokens.ts";

/** This machine's device: its key and tokens in `<stateDir>/identity/`, created on first use. */
export async function openDevice(stateDir: string): Promise<Device> {
  return withTokens(stateDir, await deviceIdentity(stateDir));
}

/**
 * This machine's device for a connection that is about to be made: its key is read at once, while the gateway is on its
 * way to answer; one that is not there is created when the connection asks for it, and not before.
 */
export function prepareDevice(stateDir: string): () => Promise<Device> {
  // What cannot be read is told of by the second attempt.
  const stored = storedIdentity(stateDir).catch(() => undefined);
  return async () => {
    const identity = await stored;
    return identity === undefined ? openDevice(stateDir) : withTokens(stateDir, identity);
  };
}

function withTokens(stateDir: string, identity: DeviceIdentity): Device {
  return { identity, tokens: deviceTokens(stateDir, identity.deviceId) };
}
