import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Inbox } from "./inbox.ts";

describe("an inbox", () => {
  it("takes each message when the one before has done what it could without waiting", async () => {
    const steps: string[] = [];
    const inbox = new Inbox<string>({
      take: (message) => {
        steps.push(`${message} begins`);
        void (async () => {
          for (let step = 0; step < 5; step += 1) await Promise.resolve();
          steps.push(`${message} done`);
        })();
      },
      emptied: () => void steps.push("emptied"),
    });
    for (const message of ["a", "b", "c"]) inbox.add(message);
    expect(inbox.isBusy).toBe(true);
    await nextTurn();
    expect(steps).toEqual(["a begins", "a done", "b begins", "b done", "c begins", "c done", "emptied"]);
    expect(inbox.isBusy).toBe(false);
  });

  it("takes what comes to an idle one at once, and what comes while taking later", async () => {
    const taken: number[] = [];
    const inbox: Inbox<number> = new Inbox({
      take: (message: number) => {
        if (message < 3) inbox.add(message + 1);
        taken.push(message);
      },
      emptied: () => {},
    });
    inbox.add(1);
    expect(taken).toEqual([1]);
    await nextTurn();
    expect(taken).toEqual([1, 2, 3]);
  });
});
