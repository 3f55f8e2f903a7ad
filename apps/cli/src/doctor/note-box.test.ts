import { expect, test } from "vitest";

import { noteBox } from "./note-box.ts";

test("keeps its form around a word that no line holds, and leaves whole what is to be copied", () => {
  const fix = `  Fix: mv ${"x".repeat(60)} /y`;
  const [top = "", ...lines] = noteBox("Port", [`- pid 7: ${"x".repeat(90)}`], 60);
  expect(top).toHaveLength(60);
  expect(lines.slice(0, -1).map(({ length }) => length)).toEqual(lines.slice(0, -1).map(() => 60));
  expect(noteBox("Port", [{ whole: fix }], 60).join("\n")).toContain(fix);
});
