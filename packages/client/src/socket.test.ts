import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";

import { createClient, openPlatformSocket } from "./index.ts";
import { startScriptedGateway } from "./testing/index.ts";

// `ws` has the standard interface too; Node 20 has no socket of its own. Browsers test the rest end to end.
class Standard extends WebSocket {
  override close(code?: number, reason?: string): void {
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999))
      throw new RangeError("not allowed");
    super.close(code, reason);
  }
}

afterEach(() => void vi.unstubAllGlobals());

describe("openPlatformSocket", () => {
  test("is what a client uses by itself", async () => {
    vi.stubGlobal("WebSocket", Standard);
    await using gateway = await startScriptedGateway({ methods: { health: () => "fine" } });
    const client = createClient({ url: gateway.url });
    await client.connect();
    expect(await client.request("health")).toBe("fine");
    await client.close();
    expect(client.state).toEqual({ type: "closed" });
  });

  test("closes with codes pages may use: 1008 becomes 4008", async () => {
    vi.stubGlobal("WebSocket", Standard);
    await using gateway = await startScriptedGateway({ challenge: { nonce: " " } });
    const closed = vi.fn();
    const socket = openPlatformSocket(gateway.url, {
      message: () => socket.close(1008, "connect challenge missing nonce"),
      failed: vi.fn(),
      closed,
    });
    await vi.waitFor(() => expect(closed).toHaveBeenCalledWith(4008, "connect challenge missing nonce"));
    expect(closed).toHaveBeenCalledOnce();
  });

  test("a cut socket is over at once, and only once", async () => {
    vi.stubGlobal("WebSocket", Standard);
    await using gateway = await startScriptedGateway();
    const closed = vi.fn();
    const opened = new Promise<void>((resolve) => {
      const socket = openPlatformSocket(gateway.url, {
        message: () => {
          socket.terminate();
          resolve();
        },
        failed: vi.fn(),
        closed,
      });
    });
    await opened;
    expect(closed).toHaveBeenCalledWith(1006, "");
    await vi.waitFor(() => expect(gateway.peers).toHaveLength(1));
    expect(closed).toHaveBeenCalledOnce();
  });

  test("a port nobody listens on is unreachable", async () => {
    vi.stubGlobal("WebSocket", Standard);
    const gateway = await startScriptedGateway();
    await gateway.close();
    await expect(createClient({ url: gateway.url }).connect()).rejects.toMatchObject({ code: "unreachable" });
  });

  test("a socket that never opened is over with its error, as Node 22 says no more", async () => {
    class WordLess extends EventTarget {
      constructor() {
        super();
        setImmediate(() => this.dispatchEvent(new Event("error")));
      }
      close(): void {}
    }
    vi.stubGlobal("WebSocket", WordLess);
    const connecting = createClient({ url: "ws://127.0.0.1:1" }).connect();
    await expect(connecting).rejects.toMatchObject({ code: "unreachable", closeCode: 1006 });
  });

  test("says which entry to use where the platform has none", async () => {
    vi.stubGlobal("WebSocket", undefined);
    await expect(createClient({ url: "ws://127.0.0.1:1" }).connect()).rejects.toThrow(
      "use connectNode of @openclaw/client/node",
    );
  });
});
