import { LIMITS } from "@openclaw/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admitted, type Attacker, type Frame } from "./support/attacker.ts";
import { start, type StartedGateway } from "./support/gateway.ts";

const MIB = 1 << 20;

let running: StartedGateway;
let owner: Attacker;
beforeAll(async () => {
  running = await start();
  owner = await admitted(running.address.url);
});
afterAll(async () => {
  owner.end();
  await running[Symbol.asyncDispose]();
});

/** Lets a session begin and adds so many messages of so many bytes. */
async function fill(sessionKey: string, messages: number, bytes: number): Promise<void> {
  await owner.call("chat.send", { sessionKey, message: "hi", idempotencyKey: `first of ${sessionKey}` });
  await owner.frame(({ event, payload }) => {
    const { runId, state } = (payload ?? {}) as Frame;
    return event === "chat" && runId === `first of ${sessionKey}` && state === "final";
  });
  for (let each = 0; each < messages; each += 1)
    await owner.call("chat.inject", { sessionKey, message: "x".repeat(bytes) });
}

describe("a transcript of large messages", () => {
  const sessionKey = "large";
  beforeAll(() => fill(sessionKey, 5, 12 * MIB));

  interface Page {
    readonly messages: readonly { readonly __openclaw: { readonly seq: number } }[];
    readonly hasMore: boolean;
    readonly nextOffset: number | null;
  }
  const page = async (params: object) =>
    (await owner.call("chat.history", { sessionKey, ...params })) as unknown as Page;

  test("T-DOS-06 is read 32 MiB at a time, page after page, and nothing is missed", async () => {
    const first = await page({ limit: 1_000 });
    expect(first).toMatchObject({ messages: [{}, {}], hasMore: true, nextOffset: 2 });
    const places = first.messages.map(({ __openclaw: { seq } }) => seq);
    for (let offset = first.nextOffset; offset !== null;) {
      const { messages, nextOffset } = await page({ limit: 1_000, offset });
      places.unshift(...messages.map(({ __openclaw: { seq } }) => seq));
      offset = nextOffset;
    }
    const [question = 0] = places;
    expect(places).toEqual(Array.from({ length: 7 }, (_, index) => question + index));
  });

  test("T-DOS-06 offsets beyond its end cost nothing and answer nothing", async () => {
    const end = { messages: [], hasMore: false, nextOffset: null };
    for (const offset of [1_000, 2 ** 31, Number.MAX_SAFE_INTEGER])
      expect(await page({ offset })).toMatchObject(end);
  });

  test("T-DOS-06 every other reader keeps to the same: previews, sessions.get, the cut", async () => {
    const { messages } = await owner.call("sessions.get", { key: sessionKey, limit: 1_000 });
    expect(messages).toHaveLength(2);
    const { previews } = await owner.call("sessions.preview", { keys: [sessionKey], limit: 12 });
    expect(previews).toMatchObject([{ status: "ok", items: [{ role: "assistant" }] }]);
    await fill("cut", 3, 20 * MIB);
    const cut = await owner.call("sessions.compact", { key: "cut", maxLines: 4 });
    expect(cut).toMatchObject({ compacted: true, kept: 1 });
  });
});

describe("a thousand sessions and more", () => {
  test("T-DOS-06 are listed a thousand at a time, with and without a limit", async () => {
    for (let each = 0; each <= LIMITS.sessionRows; each += 1)
      await owner.call("sessions.patch", { key: `many-${each}`, label: `many ${each}` });
    const list = async (params: object) => await owner.call("sessions.list", { search: "many-", ...params });
    const page = { count: 1_000, totalCount: 1_001, limitApplied: 1_000, nextOffset: 1_000, hasMore: true };
    expect(await list({})).toMatchObject(page);
    expect(await list({ limit: 1_000_000 })).toMatchObject(page);
    expect(await list({ offset: 1_000 })).toMatchObject({ count: 1, nextOffset: null, hasMore: false });
    expect(await list({ limit: 7 })).toMatchObject({ count: 7, limitApplied: 7, nextOffset: 7 });
  });

  test("T-DOS-06 are previewed in short, however much is asked for", async () => {
    for (let each = 0; each < 60; each += 1)
      await owner.call("chat.inject", { sessionKey: "many-0", message: "x".repeat(3_000) });
    const params = { keys: ["many-0"], limit: 1_000_000, maxChars: 1_000_000 };
    const { previews } = await owner.call("sessions.preview", params);
    const [preview] = previews as readonly { readonly items: readonly { readonly text: string }[] }[];
    expect(preview?.items).toHaveLength(LIMITS.previewItems);
    for (const { text } of preview?.items ?? []) expect(text).toHaveLength(LIMITS.previewChars);
  });
});
