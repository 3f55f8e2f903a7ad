import { expect, test } from "vitest";
import { nodeOffer } from "./connection-view.ts";

test("T-DOS-16 what a node declares is kept short, and a command whole or not at all", () => {
  const long = "x".repeat(300);
  const offer = nodeOffer({
    commands: [long, ...Array.from({ length: 400 }, (_, at) => `command.${at}`)],
    permissions: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${long}${at}`, true])),
    pathEnv: "/bin:".repeat(10_000),
  });
  expect(offer.commands).toHaveLength(256);
  expect(offer.commands).not.toContain(long.slice(0, 256));
  expect(Object.keys(offer.permissions ?? {}).length).toBeLessThanOrEqual(64);
  expect(offer.pathEnv).toHaveLength(4_096);
  expect(nodeOffer({})).toEqual({ commands: [] });
});
