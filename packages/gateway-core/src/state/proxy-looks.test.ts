import { testPolicy } from "@openclaw/auth/testing";
import { describe, expect, test } from "vitest";
import { createProxyLooks } from "./proxy-looks.ts";

function looksAt(now: () => number = () => 0) {
  const looks = createProxyLooks({ policy: () => testPolicy(), now });
  const send = (lookId: string | readonly string[], host = "localhost:18789") =>
    looks.notice({ remoteAddress: "127.0.0.1", headers: { host, "x-openclaw-look": lookId } });
  return { looks, send };
}

describe("createProxyLooks", () => {
  test("notices the first request with an id that was given out, and no other", () => {
    const { looks, send } = looksAt();
    const { lookId, header } = looks.begin();
    expect([header, looks.seen(lookId)]).toEqual(["x-openclaw-look", undefined]);
    send("made-up");
    send([lookId, lookId]);
    looks.notice({ remoteAddress: "127.0.0.1", headers: {} });
    expect([looks.seen(lookId), looks.seen("made-up")]).toEqual([undefined, undefined]);
    send(lookId, "first.example");
    send(lookId, "second.example");
    expect(looks.seen(lookId)?.host).toBe("first.example");
  });

  test("forgets after a minute", () => {
    let now = 0;
    const { looks, send } = looksAt(() => now);
    const { lookId, expiresInMs } = looks.begin();
    const late = looks.begin().lookId;
    send(lookId);
    now = expiresInMs + 1;
    send(late);
    expect([looks.seen(lookId), looks.seen(late)]).toEqual([undefined, undefined]);
  });

  test("keeps eight at once: the oldest goes", () => {
    const { looks, send } = looksAt();
    const ids = Array.from({ length: 9 }, () => looks.begin().lookId);
    for (const id of ids) send(id);
    expect(ids.map((id) => looks.seen(id) !== undefined)).toEqual([false, ...Array<boolean>(8).fill(true)]);
  });
});
