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
});
