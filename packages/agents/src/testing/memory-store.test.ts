import { describe, expect, test } from "vitest";
import { createMemoryStore } from "./memory-store.ts";
import { sampleEntry } from "./samples.ts";
import { agentStoreContract } from "./store-contract.ts";

describe("createMemoryStore", () => {
  for (const contract of agentStoreContract(() => createMemoryStore())) test(contract.title, contract.run);

  test("does not share values with its callers", async () => {
    const store = createMemoryStore();
    const origin = { label: "before" };
    await store.commit([{ type: "session.put", entry: sampleEntry("k", { origin }) }]);
    origin.label = "after";
    expect((await store.session("k"))?.origin).toEqual({ label: "before" });
  });

  test("applies nothing of a refused commit and goes on", async () => {
    const store = createMemoryStore({ record: true });
    store.beforeCommit = () => Promise.reject(new Error("disk full"));
    await expect(store.commit([{ type: "session.put", entry: sampleEntry("k") }])).rejects.toThrow(
      "disk full",
    );
    store.beforeCommit = () => undefined;
    expect(await store.session("k")).toBeUndefined();
    await store.commit([{ type: "session.put", entry: sampleEntry("k") }]);
    expect(store.commits).toHaveLength(1);
  });
});
