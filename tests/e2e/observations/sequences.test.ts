import { setTimeout as pause } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { kill, TemporaryUser, waitFor } from "../../support/gateway-process.ts";
import { expectLines } from "./expect-lines.ts";
import { BURSTS, SEQUENCES } from "./sequences.ts";
import { put, run, textOf } from "./site.ts";

test.concurrent.each(SEQUENCES)("run: $action", async ({ mode = "hybrid", before = {}, prepare, ...row }) => {
  await using own = await run(textOf(before, mode), prepare);
  for (const [index, step] of row.steps.entries()) {
    await step(own);
    await expectLines(own, row.says[index] ?? []);
  }
  const client = await own.connect();
  const { configStatus } = await client.request("status", {});
  expect(configStatus?.pendingRestart).toEqual(row.pending ?? []);
  expect(own.restarts()).toBe(0);
});

test.concurrent.each(BURSTS)(
  "run: $action are evaluated $evaluations times at most, the last one always",
  async ({ writes, everyMs, evaluations }) => {
    const gateway = { reload: { debounceMs: 300 } };
    const colour = (count: number) => `#${String(100_000 + count)}`;
    await using own = await run(textOf({ gateway, ui: { seamColor: colour(0) } }, "hybrid"));
    const client = await own.connect();
    for (let count = 1; count <= writes; count += 1) {
      await put(own.configPath, textOf({ gateway, ui: { seamColor: colour(count) } }, "hybrid"));
      await pause(everyMs);
    }
    const seen = async () => (await client.request("talk.config", {})).config.ui?.seamColor;
    await vi.waitFor(async () => expect(await seen()).toBe(colour(writes)), { timeout: 10_000 });
    const detections = own.lines.filter((line) => line.startsWith("config change detected"));
    expect(detections.length).toBeLessThanOrEqual(evaluations);
  },
);

test("run: external kill -USR1 restarts in the same process, and an edit right after is not delayed", async () => {
  await using user = await TemporaryUser.create();
  const { child, output } = await user.startGateway();
  child.kill("SIGUSR1");
  await waitFor(output, /received SIGUSR1; restarting[^]*restart mode: in-process restart[^]*listening on/);
  const config = ["--dev", "config", "set"];
  await user.openclaw([...config, "discovery.mdns.mode", "off"]);
  await waitFor(
    output,
    /config change requires gateway restart[^]*; restarting[^]*restart mode: in-process restart[^]*agent model: [^]*listening on [^]*log file: /,
  );
  expect(child.exitCode).toBeNull();
  await user.openclaw([...config, "commands.restart", "false"]);
  await waitFor(output, /(?:listening on[^]*){4}/);
  child.kill("SIGUSR1");
  await waitFor(output, /received SIGUSR1; ignored, commands\.restart is false/);
  await kill(child, "SIGTERM");
});
