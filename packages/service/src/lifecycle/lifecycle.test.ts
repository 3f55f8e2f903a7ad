import { describe, expect, test } from "vitest";
import { createSupervisor } from "../create-supervisor.ts";
import { serviceNames } from "../service-names.ts";
import type { ServiceRuntime, Supervisor } from "../supervisor.ts";
import { restartVerified, startVerified } from "./verify-start.ts";
import { stopVerified } from "./verify-stop.ts";

/** A supervisor whose service goes through the given states, the last of which stays. */
function supervisorWith(...runtimes: readonly ServiceRuntime[]): Supervisor {
  let looks = 0;
  const idle = createSupervisor({ platform: "darwin", names: serviceNames({}), env: {}, home: "/", uid: 1 });
  return Object.assign(idle, {
    name: "x.service",
    readRuntime: () =>
      Promise.resolve(runtimes[Math.min(looks++, runtimes.length - 1)] ?? { status: "unknown" as const }),
    start: () => Promise.resolve([{ text: "started" }]),
    stop: () => Promise.resolve([{ text: "stopped" }]),
    restart: () => Promise.resolve([{ text: "restarted" }]),
  });
}

function clock() {
  let time = 0;
  const sleep = (ms: number) => {
    time += ms;
    return Promise.resolve();
  };
  return { now: () => time, sleep };
}

function answers(...ids: readonly (string | undefined)[]) {
  let asked = 0;
  return () => Promise.resolve(ids[Math.min(asked++, ids.length - 1)]);
}

const RUNNING: ServiceRuntime = { status: "running", state: "active", pid: 42 };

describe("restartVerified", () => {
  test("waits until somebody answers who was not there before", async () => {
    const bootId = answers("old", "old", undefined, "new");
    expect(await restartVerified(supervisorWith(RUNNING), { ...clock(), bootId })).toEqual({
      steps: [{ text: "restarted" }],
      bootId: "new",
      pid: 42,
    });
  });

  test("is not content with the gateway from before, although its pid is the service's", async () => {
    const time = clock();
    const witness = { ...time, bootId: answers("old"), budgetMs: 60_000 };
    await expect(restartVerified(supervisorWith(RUNNING), witness)).rejects.toThrow(
      "Timed out after 60s waiting for x.service to become healthy: the gateway from before still answers on its port (status=running, state=active, pid=42)",
    );
    expect(time.now()).toBe(60_000);
  });

  test("does not take a stranger on the port for the service", async () => {
    const runtime: ServiceRuntime = { status: "stopped", state: "activating" };
    await expect(
      restartVerified(supervisorWith(runtime), { ...clock(), bootId: answers(undefined, "other") }),
    ).rejects.toThrow("another gateway answers on its port");
  });

  test("gives up at once when the service has failed", async () => {
    const failed: ServiceRuntime = {
      status: "stopped",
      state: "failed",
      lastRunResult: "exit-code",
      lastExitStatus: 78,
    };
    const time = clock();
    await expect(
      restartVerified(supervisorWith(failed), { ...time, bootId: answers(undefined) }),
    ).rejects.toMatchObject({
      code: "not_started",
      message: "x.service did not start (exit-code, exit code 78)",
      hints: ["openclaw config validate", expect.any(String)],
    });
    expect(time.now()).toBe(0);
  });
});

describe("startVerified", () => {
  test("leaves a service that runs as it is", async () => {
    expect(
      await startVerified(supervisorWith(RUNNING), { ...clock(), bootId: answers("same") }),
    ).toMatchObject({
      bootId: "same",
    });
  });

  test("does not count a gateway that was started by hand before", async () => {
    const supervisor = supervisorWith({ status: "stopped", state: "inactive" }, RUNNING);
    await expect(startVerified(supervisor, { ...clock(), bootId: answers("by hand") })).rejects.toThrow(
      "the gateway from before still answers",
    );
  });
});

describe("stopVerified", () => {
  test("waits until process and port are gone", async () => {
    let looks = 0;
    const stopped = await stopVerified(supervisorWith(RUNNING), {
      ...clock(),
      isAlive: () => Promise.resolve((looks += 1) < 3),
      listener: () => Promise.resolve(looks < 4 ? 42 : false),
    });
    expect(stopped).toEqual({ steps: [{ text: "stopped" }] });
    expect(looks).toBeGreaterThanOrEqual(4);
  });

  test("names a process that stays", async () => {
    const witness = {
      ...clock(),
      isAlive: () => Promise.resolve(true),
      listener: () => Promise.resolve(false),
    };
    const { problem } = await stopVerified(supervisorWith(RUNNING), witness);
    expect(problem?.text).toBe("systemd says x.service is stopped, but its process 42 is still there.");
  });

  test("names who else holds the port", async () => {
    const witness = {
      ...clock(),
      isAlive: () => Promise.resolve(false),
      listener: () => Promise.resolve(77),
    };
    const { problem } = await stopVerified(supervisorWith(RUNNING), witness);
    expect(problem?.text).toBe("x.service is stopped, but process 77 listens on its port.");
    expect(problem?.hints[0]).toContain("started by hand");
  });
});

describe("createSupervisor", () => {
  test.each([
    ["darwin", "LaunchAgent", "not loaded", "macOS"],
    ["win32", "Scheduled Task", "missing", "Windows"],
  ])("says on %s plainly that it cannot install yet", async (platform, label, notLoadedText, title) => {
    const supervisor = createSupervisor({ platform, names: serviceNames({}), env: {}, home: "/", uid: 1 });
    expect(supervisor).toMatchObject({ label, notLoadedText });
    const { isLoaded, restart, start, stop, uninstall } = supervisor;
    for (const operation of [isLoaded, restart, start, stop, uninstall]) {
      await expect(operation()).rejects.toThrow(`Gateway service install not supported on ${title} yet`);
    }
    // Reports look at it all the same.
    expect(await supervisor.look()).toMatchObject({ loaded: false, runtime: { status: "unknown" } });
  });

  test("refuses every change on a platform it knows nothing about", async () => {
    const supervisor = createSupervisor({
      platform: "plan9",
      names: serviceNames({}),
      env: {},
      home: "/",
      uid: 1,
    });
    await expect(supervisor.start()).rejects.toThrow("Gateway service install not supported on plan9");
  });
});
