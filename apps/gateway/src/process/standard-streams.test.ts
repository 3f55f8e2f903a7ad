import { PassThrough, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { standardStreams } from "./standard-streams.ts";

describe("standardStreams", () => {
  test("writes lines", () => {
    const out = new PassThrough();
    standardStreams(out, new PassThrough()).out("hello");
    expect(String(out.read())).toBe("hello\n");
  });

  test("survives a reader that went away", async () => {
    let writes = 0;
    const broken = new Writable({
      write: (_chunk, _encoding, done) => {
        writes += 1;
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    const { out } = standardStreams(broken, new PassThrough());
    out("one");
    await new Promise((resolve) => broken.once("close", resolve));
    out("two");
    expect(writes).toBe(1);
  });

  test("T-DOS-14 keeps only so much for a reader that has stopped, and says how much it missed", async () => {
    const held: (() => void)[] = [];
    const lines: string[] = [];
    const stuck = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        lines.push(chunk.length > 100 ? `${chunk.slice(0, 3)}…` : chunk);
        held.push(done);
      },
    });
    const { out } = standardStreams(stuck, new PassThrough());
    const line = "x".repeat(100_000);
    for (let written = 0; written < 100; written += 1) out(line);
    expect(stuck.writableLength).toBeLessThan(1_200_000);
    while (held.length > 0) {
      held.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const kept = lines.length;
    out("read again");
    while (held.length > 0) {
      held.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(lines.slice(kept)).toEqual([`(${100 - kept} lines left out: nobody read them)\n`, "read again\n"]);
  });
});
