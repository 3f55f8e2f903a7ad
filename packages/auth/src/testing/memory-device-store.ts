import type { DeviceStore, PairedDevice, PendingPairing } from "../devices/store.ts";

/** A {@link DeviceStore} in memory. Records are copied in and out, as a real store would. */
export function createMemoryDeviceStore(): DeviceStore {
  const devices = new Map<string, PairedDevice>();
  const requests = new Map<string, PendingPairing>();
  return {
    device: async (deviceId) => structuredClone(devices.get(deviceId)),
    devices: async () => structuredClone([...devices.values()]),
    putDevice: async (device) => void devices.set(device.deviceId, structuredClone(device)),
    removeDevice: async (deviceId) => devices.delete(deviceId),
    pending: async () => structuredClone([...requests.values()]),
    putPending: async (request) => void requests.set(request.requestId, structuredClone(request)),
    async removePending(requestId) {
      const request = requests.get(requestId);
      requests.delete(requestId);
      return request;
    },
    async approve(requestId, device) {
      const isThere = requests.delete(requestId);
      if (isThere) devices.set(device.deviceId, structuredClone(device));
      return isThere;
    },
  };
}
