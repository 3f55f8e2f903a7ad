import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VisibleText, visibleTextOf } from "./visible-text.ts";

function stream(pieces: readonly string[]): string[] {
  const visible = new VisibleText();
  return [...pieces.map((piece) => visible.push(piece)), visible.end()];
}

describe("visibleTextOf", () => {
  test.each([
    ["hello", "hello"],
    ["  hello \n", "hello"],
    ["NO_REPLY", ""],
    ["NO_REPLY.", ""],
    ["NO_REPLY because nothing new", ""],
    ["  NO_REPLY\n", ""],
    ["NO_REPLYING is fine", "NO_REPLYING is fine"],
    ["done NO_REPLY", "done"],
    ["done\n\nNO_REPLY.", "done"],
    ["**bold** NO_REPLY", "**bold**"],
    ["say NO_REPLY to stay quiet", "say NO_REPLY to stay quiet"],
    ["PIANO_REPLY", "PIANO_REPLY"],
    ["HEARTBEAT_OK", ""],
    ["**HEARTBEAT_OK**", ""],
    ["<b>HEARTBEAT_OK</b>", ""],
    ["HEARTBEAT_OK. All is well", "All is well"],
    ["All is well. HEARTBEAT_OK!", "All is well."],
    ["a HEARTBEAT_OK b", "a HEARTBEAT_OK b"],
    ["HEARTBEAT_OKAY", "HEARTBEAT_OKAY"],
    ["[[reply_to_current]]hey", "hey"],
    ["[[ reply_to: 12 ]] hey [[audio_as_voice]]", "hey"],
    ["[[wiki link]] stays", "[[wiki link]] stays"],
    ["a [1] b [[", "a [1] b [["],
    ["NO", "NO"],
    ["*", "*"],
  ])("of %j is %j", (text, visible) => {
    expect(visibleTextOf(text)).toBe(visible);
  });
});

describe("VisibleText", () => {
  test("shows words as they come and holds back trailing space", () => {
    expect(stream(["word0 ", "word1 ", "word2"])).toEqual(["word0", " word1", " word2", ""]);
  });

  test("holds back what may become the silent token", () => {
    expect(stream(["NO", "_RE", "PLY"])).toEqual(["", "", "", ""]);
    expect(stream(["NO", "_RE", "X"])).toEqual(["", "", "NO_REX", ""]);
    expect(stream(["done ", "NO_", "REPLY"])).toEqual(["done", "", "", ""]);
  });

  test("shows the same text however it was cut into pieces", () => {
    const token = fc.constantFrom(
      ...[
        "NO_REPLY",
        "HEARTBEAT_OK",
        "[[reply_to_current]]",
        "[[",
        "]]",
        "**",
        "<b>",
        "</b>",
        " ",
        "\n",
        ".",
        "N",
        "done",
        "x_",
      ],
    );
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
        (parts, sizes) => {
          const text = parts.join("");
          const pieces: string[] = [];
          for (let at = 0; at < text.length;) {
            const size = sizes.next().value ?? 1;
            pieces.push(text.slice(at, at + size));
            at += size;
          }
          expect(stream(pieces).join("")).toBe(visibleTextOf(text));
        },
      ),
      { seed: 7, numRuns: 3000 },
    );
  });

  test("T-DOS-12 takes linear time for hostile text", () => {
    for (const evil of ["*", "<", "[", " ", "NO_", "</b", "[[x"]) {
      const text = evil.repeat(200_000 / evil.length);
      expect(visibleTextOf(text).length).toBeLessThanOrEqual(text.length);
      expect(stream([text.slice(0, 100_000), text.slice(100_000)]).length).toBe(3);
    }
  });
});
