import type { ConnectionView } from "@openclaw/rpc-server";
import { describe, expect, test } from "vitest";
import { createSessionSubscriptions, type Listeners } from "./session-subscriptions.ts";

const hears = (listeners: Listeners | undefined, connId: string) =>
  listeners?.({ connId } as ConnectionView) ?? "nobody";

const OPERATOR = {
  role: "operator",
  principal: { kind: "shared" },
  scopes: [],
  method: "token",
  isLocal: true,
} as const;

function opened(...caps: string[]) {
  const subscriptions = createSessionSubscriptions();
  subscriptions.open({ connId: "a", caps: new Set(caps), grant: OPERATOR });
  subscriptions.open({ connId: "b", caps: new Set(), grant: OPERATOR });
  return subscriptions;
}

describe("session subscriptions", () => {
  test("give messages to those who watch the session or all of them, changes to the latter only", () => {
    const subscriptions = opened();
    expect(subscriptions.ofChanges()).toBeUndefined();
    expect(subscriptions.ofMessages("k")).toBeUndefined();
    subscriptions.watch("a", "k");
    subscriptions.watchAll("b");
    expect(hears(subscriptions.ofMessages("k"), "a")).toBe(true);
    expect(hears(subscriptions.ofMessages("k"), "b")).toBe(true);
    expect(hears(subscriptions.ofMessages("other"), "a")).toBe(false);
    expect(hears(subscriptions.ofChanges(), "a")).toBe(false);
    expect(hears(subscriptions.ofChanges(), "b")).toBe(true);
  });

  test("end when asked, and with the connection", () => {
    const subscriptions = opened();
    subscriptions.watch("a", "k");
    subscriptions.unwatch("a", "k");
    expect(subscriptions.ofMessages("k")).toBeUndefined();
    subscriptions.watch("a", "k");
    subscriptions.watchAll("b");
    subscriptions.close("a");
    subscriptions.close("b");
    expect(subscriptions.ofMessages("k")).toBeUndefined();
    expect(subscriptions.ofChanges()).toBeUndefined();
  });

  test("cannot be made for a connection that is gone", () => {
    const subscriptions = opened();
    subscriptions.close("a");
    subscriptions.watch("a", "k");
    subscriptions.watchAll("a");
    expect(subscriptions.ofMessages("k")).toBeUndefined();
  });

  test("T-DOS-08 are limited per connection", () => {
    const subscriptions = opened();
    for (let index = 0; index < 500; index += 1) subscriptions.watch("a", `k${index}`);
    subscriptions.watch("a", "k1");
    expect(() => subscriptions.watch("a", "one more")).toThrow(
      /too many session subscriptions \(at most 500/,
    );
    subscriptions.watch("b", "one more");
    subscriptions.unwatch("a", "k1");
    expect(() => subscriptions.watch("a", "one more")).not.toThrow();
  });

  test("decide about runs only for clients that asked for it", () => {
    const subscriptions = opened("session-scoped-events");
    expect(hears(subscriptions.ofRuns("k"), "a")).toBe(false);
    expect(hears(subscriptions.ofRuns("k"), "b")).toBe(true);
    subscriptions.watch("a", "k");
    expect(hears(subscriptions.ofRuns("k"), "a")).toBe(true);
    expect(hears(subscriptions.ofRuns("other"), "a")).toBe(false);
    subscriptions.watchAll("a");
    expect(hears(subscriptions.ofRuns("other"), "a")).toBe(false);
    subscriptions.close("a");
    expect(subscriptions.ofRuns("k")).toBeUndefined();
  });

  test("give nodes that watch a session copies of its runs, as long as they watch", () => {
    const subscriptions = opened();
    subscriptions.open({ connId: "node", caps: new Set(), grant: { ...OPERATOR, role: "node" } });
    for (const connId of ["a", "node"]) subscriptions.watch(connId, "main");
    expect([subscriptions.nodesOf("main"), subscriptions.nodesOf("other")]).toEqual([["node"], []]);
    subscriptions.unwatch("node", "main");
    expect(subscriptions.nodesOf("main")).toEqual([]);
    subscriptions.watch("node", "main");
    subscriptions.close("node");
    expect(subscriptions.nodesOf("main")).toEqual([]);
  });
});
