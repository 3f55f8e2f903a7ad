import type { DeviceDesk } from "./device-desk.ts";
import { approveRequest, listDevices, rejectRequest, removeDevice, renameDevice } from "./pairing.ts";
import type { DeskParts } from "./parts.ts";
import { revokeToken, rotateToken } from "./tokens.ts";

/** Opens the desk over the parts the registry uses too. */
export function createDeviceDesk(parts: DeskParts): DeviceDesk {
  return {
    list: (caller) => listDevices(parts, caller),
    approve: (caller, requestId) => approveRequest(parts, caller, requestId),
    reject: (caller, requestId) => rejectRequest(parts, caller, requestId),
    remove: (caller, deviceId) => removeDevice(parts, caller, deviceId),
    rename: (caller, change) => renameDevice(parts, caller, change),
    rotate: (caller, change) => rotateToken(parts, caller, change),
    revoke: (caller, address) => revokeToken(parts, caller, address),
  };
}
