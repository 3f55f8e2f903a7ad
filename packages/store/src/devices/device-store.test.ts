import { deviceStoreContract, samplePairedDevice, samplePendingPairing } from "@openclaw/auth/testing";
import { describe, expect, test } from "vitest";
import { tempFolder } from "../../test/temp-folder.ts";
import { openStore } from "../open-store.ts";

describe("SqliteDeviceStore", () => {
  const contract = deviceStoreContract(
    async () => {
      const { devices, close } = await openStore({ path: ":memory:" });
      return Object.assign(devices, { close });
    },
    (store) => store.close(),
  );
  for (const { title, run } of contract) test(title, run);

  test("lists devices and requests in the order they were first put", async () => {
    const { devices } = await openStore({ path: ":memory:" });
    for (const id of ["c", "a", "b", "c"]) {
      await devices.putDevice(samplePairedDevice(id));
      await devices.putPending(samplePendingPairing(id));
    }
    expect((await devices.devices()).map((device) => device.deviceId)).toEqual(["c", "a", "b"]);
    expect((await devices.pending()).map((request) => request.requestId)).toEqual(["c", "a", "b"]);
  });

  test("keeps devices and requests when the file is opened again", async () => {
    await using folder = await tempFolder();
    const first = await openStore({ path: folder.file("state.sqlite") });
    await first.devices.putDevice(samplePairedDevice("a"));
    await first.devices.putPending(samplePendingPairing("r"));
    await first.close();
    const second = await openStore({ path: folder.file("state.sqlite") });
    expect(await second.devices.devices()).toEqual([samplePairedDevice("a")]);
    expect(await second.devices.pending()).toEqual([samplePendingPairing("r")]);
    await second.close();
  });
});
