import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createNotifier } from "./notifier.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function witness(
  env: Record<string, string>,
  answer: () => Promise<string | undefined> = async () => undefined,
) {
  const sent: string[] = [];
  const warnings: string[] = [];
  const notifier = createNotifier({
    env,
    pid: 42,
    logger: { warn: (text) => void warnings.push(text) },
    send: (words, socket) => {
      sent.push(`${socket} ${words.join(" ")}`);
      return answer();
    },
  });
  return { notifier, sent, warnings };
}

describe("createNotifier", () => {
  test("says nothing to a supervisor that did not ask", async () => {
    const { notifier, sent } = witness({ WATCHDOG_USEC: "3000000" });
    notifier.ready("up");
    await vi.advanceTimersByTimeAsync(10_000);
    notifier.stopping();
    expect(sent).toEqual([]);
  });

  test("tells that it is ready, three times per interval that it is alive, and that it stops", async () => {
    const { notifier, sent } = witness({
      NOTIFY_SOCKET: "/run/n",
      WATCHDOG_USEC: "3000000",
      WATCHDOG_PID: "42",
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toEqual([]);
    notifier.ready("listening");
    await vi.advanceTimersByTimeAsync(3_000);
    notifier.stopping();
    notifier.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toEqual([
      "/run/n READY=1 STATUS=listening",
      "/run/n WATCHDOG=1",
      "/run/n WATCHDOG=1",
      "/run/n WATCHDOG=1",
      "/run/n STOPPING=1",
    ]);
  });

  test.each([
    ["a watchdog that means another process", { WATCHDOG_USEC: "3000000", WATCHDOG_PID: "41" }],
    ["no watchdog", {}],
    ["nonsense", { WATCHDOG_USEC: "soon" }],
  ])("sends no pings to %s", async (_what, env) => {
    const { notifier, sent } = witness({ NOTIFY_SOCKET: "@n", ...env });
    notifier.ready("up");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
  });

  test("pings with one timer over any number of restarts in the process", async () => {
    const { notifier, sent } = witness({ NOTIFY_SOCKET: "@n", WATCHDOG_USEC: "3000000" });
    notifier.ready("up");
    notifier.ready("up again");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent.filter((line) => line.endsWith("WATCHDOG=1"))).toHaveLength(1);
  });

  test("starts no second ping while one hangs, and complains once", async () => {
    const hanging = witness({ NOTIFY_SOCKET: "@n", WATCHDOG_USEC: "3000000" }, () => new Promise(() => {}));
    hanging.notifier.ready("up");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(hanging.sent.filter((line) => line.endsWith("WATCHDOG=1"))).toHaveLength(1);

    const broken = witness({ NOTIFY_SOCKET: "@n", WATCHDOG_USEC: "3000000" }, async () => "not there");
    broken.notifier.ready("up");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(broken.warnings).toEqual(["systemd was not told READY=1: not there"]);
  });
});
