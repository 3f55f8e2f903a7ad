import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createGateway } from "./create-gateway.ts";
import { readLock } from "./claims/lock.ts";

const CONFIG = { gateway: { auth: { token: "test-token-of-at-least-24-characters" } } };

async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe("a gateway that is closed while it starts", () => {
  test("says so to whoever waits for the start, and leaves port and state to the next one", async () => {
    const stateDir = await stateFolder();
    const hasty = createGateway({ config: CONFIG, stateDir, port: 0 });
    const started = hasty.start().catch((error: unknown) => error);
    await hasty.close();
    expect(await started).toMatchObject({ code: "LIFECYCLE" });
    expect(hasty.address).toBeUndefined();
    const next = createGateway({ config: CONFIG, stateDir, port: 0 });
    await expect(next.start()).resolves.toMatchObject({ hosts: expect.arrayContaining(["127.0.0.1"]) });
    await next.close();
  });

  test("does not start any more when it was closed before", async () => {
    const gateway = createGateway({ config: CONFIG, port: 0 });
    await gateway.close();
    await expect(gateway.start()).rejects.toMatchObject({ code: "LIFECYCLE" });
  });
});

test("a gateway that only listens where nobody here can ask it keeps its claim on the state folder", async () => {
  const stateDir = await stateFolder();
  const elsewhere = { gateway: { ...CONFIG.gateway, bind: "custom", customBindHost: "127.0.0.2" } };
  const first = createGateway({ config: elsewhere, stateDir, port: 0 });
  await first.start();
  onTestFinished(() => first.close());
  const second = createGateway({ config: CONFIG, stateDir, port: 0 });
  await expect(second.start()).rejects.toMatchObject({ code: "STATE_IN_USE" });
  expect(await readLock(join(stateDir, "gateway.lock"))).toMatchObject({
    instanceId: first.instanceId,
    port: first.address?.port,
  });
});
