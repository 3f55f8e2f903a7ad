import { ConnectionError, RpcError, type Methods } from "@openclaw/client";
import { describe, expect, test } from "vitest";

import { followLogs, type FollowOptions } from "./follow.ts";
import type { LogPlace, LogSource } from "./log-source.ts";

type LogsTail = Methods["logs.tail"]["result"];

const LOST = new ConnectionError("closed", "gateway closed (1012): service restart");
const GONE = new ConnectionError("unreachable", "gateway closed (1006)");

function batch(cursor: number): LogsTail {
  return { file: "/log", cursor, size: cursor, lines: [`to ${cursor}`], truncated: false, reset: false };
}

// Each connection is the list of what its tails give: a cursor, or the error that ends it.
function following(
  connections: (readonly (number | Error)[] | Error)[],
  { answer = batch, intervalMs = 0 }: { answer?: (step: number) => LogsTail; intervalMs?: number } = {},
) {
  const seen: LogPlace[] = [];
  const losses: number[] = [];
  const controller = new AbortController();
  const open = async (): Promise<LogSource> => {
    const steps = connections.shift();
    if (steps === undefined) controller.abort();
    if (steps instanceof Error) throw steps;
    const left = [...(steps ?? [])];
    const tail = async (place: LogPlace) => {
      seen.push(place);
      const step = left.shift() ?? LOST;
      if (step instanceof Error) throw step;
      return answer(step);
    };
    return { tail, close: async () => undefined };
  };
  const options: FollowOptions = {
    open,
    batch: () => undefined,
    lost: (_error, delayMs) => losses.push(delayMs),
    isOutputClosed: () => false,
    intervalMs,
    signal: controller.signal,
    random: () => 0,
  };
  return { seen, losses, followed: followLogs(options) };
}

describe("followLogs", () => {
  test("comes back after a restart and reads on from where it was", async () => {
    const { seen, losses, followed } = following([
      [10, 20, LOST],
      [30, LOST],
    ]);
    await followed;
    expect(seen.slice(0, 4)).toEqual([{ position: "end" }, { cursor: 10 }, { cursor: 20 }, { cursor: 20 }]);
    expect(losses.length).toBeGreaterThanOrEqual(1);
  });

  test("reads on from an exact position where the gateway gives one, at once while there is more", async () => {
    const answer = (step: number) => ({ ...batch(step), position: `file:${step}`, hasMore: true });
    // A pause would not end before the test does.
    const { seen, followed } = following([[10, 20, LOST]], { answer, intervalMs: 2 ** 31 - 1 });
    await followed;
    expect(seen).toEqual([{ position: "end" }, { position: "file:10" }, { position: "file:20" }]);
  });

  test("asks a gateway that knows no positions for its cursor", async () => {
    const unknown = new RpcError("INVALID_REQUEST", "invalid logs.tail params: unexpected property");
    const { seen, followed } = following([[unknown, 10, LOST]]);
    await followed;
    expect(seen).toEqual([{ position: "end" }, {}, { cursor: 10 }]);
  });

  test("gives up after eight tries in a row, and a success starts the count again", async () => {
    const eight = Array.from({ length: 8 }, () => GONE);
    const { losses, followed } = following([[10, LOST], ...eight.slice(1), [20, LOST], ...eight, GONE]);
    await expect(followed).rejects.toBe(GONE);
    expect(losses).toHaveLength(8 + 8);
  });

  test("does not come back to a gateway that refuses it", async () => {
    const refused = new ConnectionError("unauthorized", "gateway closed (1008): unauthorized");
    const { losses, followed } = following([[10, refused]]);
    await expect(followed).rejects.toBe(refused);
    expect(losses).toEqual([]);
  });

  test("does not repeat what the gateway answered with an error", async () => {
    const error = new RpcError("UNAVAILABLE", "log read failed");
    await expect(following([[10, error]]).followed).rejects.toBe(error);
  });

  test("fails fast when the first connection fails", async () => {
    await expect(following([GONE]).followed).rejects.toBe(GONE);
  });
});
