import { describe, expect, test } from "vitest";

import { EventQueue } from "./event-queue.ts";

async function readAll<T>(queue: EventQueue<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of queue) events.push(event);
  return events;
}

describe("EventQueue", () => {
  test("hands out what came before and after the reader, in order, and ends", async () => {
    const queue = new EventQueue<number>(10);
    queue.push(1);
    const reading = readAll(queue);
    await Promise.resolve();
    queue.push(2);
    queue.push(3);
    queue.end();
    expect(await reading).toEqual([1, 2, 3]);
  });

  test("keeps the newest events when the reader falls behind", async () => {
    const queue = new EventQueue<number>(2);
    for (const event of [1, 2, 3]) queue.push(event);
    queue.end();
    expect(await readAll(queue)).toEqual([2, 3]);
  });

  test("takes nothing after the end", async () => {
    const queue = new EventQueue<number>(2);
    queue.end();
    queue.push(1);
    expect(await readAll(queue)).toEqual([]);
  });
});
