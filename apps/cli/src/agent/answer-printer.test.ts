import { describe, expect, test } from "vitest";

import { AnswerPrinter } from "./answer-printer.ts";

function printed(use: (printer: AnswerPrinter) => void): string {
  let text = "";
  use(
    new AnswerPrinter({
      write: (part) => (text += part),
      isTerminal: true,
      columns: undefined,
      isClosed: () => false,
    }),
  );
  return text;
}

const assistant = (text: string) => ({
  runId: "r",
  seq: 1,
  stream: "assistant",
  ts: 1,
  data: { text, delta: text },
});

describe("AnswerPrinter", () => {
  test("writes only what is new of a growing text", () => {
    const text = printed((printer) => {
      for (const part of ["You", "You said", "You said: hi"]) printer.event(assistant(part));
      printer.finish(["You said: hi"]);
    });
    expect(text).toBe("You said: hi\n");
  });

  test("starts a new line for a turn after a tool call", () => {
    const text = printed((printer) => {
      printer.event(assistant("Calling clock."));
      printer.event(assistant("It is noon."));
      printer.finish(["It is noon."]);
    });
    expect(text).toBe("Calling clock.\nIt is noon.\n");
  });

  test("does not repeat turns that the final answer has as texts of their own", () => {
    const text = printed((printer) => {
      printer.event(assistant("Calling clock."));
      printer.event(assistant("It is noon."));
      printer.finish(["Calling clock.", "It is noon."]);
    });
    expect(text).toBe("Calling clock.\nIt is noon.\n");
  });

  test("writes the final texts when nothing was streamed", () => {
    expect(printed((printer) => printer.finish(["one", "two"]))).toBe("one\ntwo\n");
  });

  test("writes nothing for an empty answer and other streams", () => {
    const text = printed((printer) => {
      printer.event({ ...assistant("x"), stream: "thinking" });
      printer.finish([]);
    });
    expect(text).toBe("");
  });
});
