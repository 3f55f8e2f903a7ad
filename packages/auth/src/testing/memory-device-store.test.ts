import { describe, test } from "vitest";
import { createMemoryDeviceStore, deviceStoreContract } from "./index.ts";

describe("createMemoryDeviceStore", () => {
  for (const { title, run } of deviceStoreContract(createMemoryDeviceStore)) test(title, run);
});
