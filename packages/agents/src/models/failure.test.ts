import { describe, expect, test } from "vitest";
import { chatErrorKindOf, describeFailure, redactSecrets } from "./failure-text.ts";
import { classifyFailure, ModelFailure, toModelFailure } from "./failure.ts";

const model = { provider: "fake", id: "m1" };

describe("classifyFailure", () => {
  test.each([
    [401, "Incorrect API key provided", "auth"],
    [403, "Forbidden", "auth"],
    [402, "Payment required", "billing"],
    [429, "Rate limit reached for requests", "rate_limit"],
    [429, "You exceeded your current quota: insufficient_quota", "billing"],
    [400, "tool_call_id must match pattern", "format"],
    [400, "This model's maximum context length is 8192 tokens.", "overflow"],
    [413, "too big", "overflow"],
    [404, "The model `x` does not exist", "model_not_found"],
    [408, "", "timeout"],
    [500, "The server had an error", "timeout"],
    [503, "Service unavailable", "timeout"],
    [529, "Overloaded", "rate_limit"],
    [418, "teapot", "unknown"],
    [undefined, "read ECONNRESET", "timeout"],
    [undefined, "terminated", "timeout"],
    [undefined, "Service overloaded", "rate_limit"],
    [undefined, 'No API key found for provider "x".', "auth"],
    [undefined, "boom", "unknown"],
  ])("status %s with %j is %s", (status, message, reason) => {
    expect(classifyFailure({ status, message })).toBe(reason);
  });

  test("reads the code of a network error", () => {
    expect(classifyFailure({ code: "ETIMEDOUT", message: "x" })).toBe("timeout");
  });
});

describe("toModelFailure", () => {
  test("looks into the cause, where fetch hides its reason", () => {
    const cause = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    expect(toModelFailure(new TypeError("fetch failed", { cause })).reason).toBe("timeout");
    expect(toModelFailure("plain words").message).toBe("plain words");
    expect(toModelFailure(undefined).reason).toBe("unknown");
  });

  test("keeps a failure as it is and an error as its cause", () => {
    const failure = new ModelFailure("auth", "no");
    expect(toModelFailure(failure)).toBe(failure);
    const error = new Error("x");
    expect(toModelFailure(error).cause).toBe(error);
  });
});

describe("describeFailure", () => {
  test.each([
    [
      new ModelFailure("auth", "Incorrect API key provided", { status: 401 }),
      "401 Incorrect API key provided",
    ],
    [new ModelFailure("auth", "", { status: 401 }), "HTTP 401: "],
    [
      new ModelFailure("timeout", "The server had an error", { status: 500 }),
      "HTTP 500: The server had an error",
    ],
    [
      new ModelFailure("rate_limit", "slow", { status: 429 }),
      "⚠️ API rate limit reached. Please try again later.",
    ],
    [
      new ModelFailure("rate_limit", "Overloaded", { status: 529 }),
      "The AI service is temporarily overloaded. Please try again in a moment.",
    ],
    [new ModelFailure("timeout", "request timed out"), "LLM request timed out."],
    [new ModelFailure("timeout", "terminated"), "terminated"],
  ])("%s", (failure, text) => {
    expect(describeFailure(failure, model)).toBe(text);
  });

  test("names provider and model of a billing error", () => {
    expect(describeFailure(new ModelFailure("billing", "x", { status: 402 }), model)).toMatch(
      /^⚠️ fake \(m1\) returned a billing error/u,
    );
  });

  test("G17 shows no secret and cuts long texts", () => {
    const text = `key sk-abcdefgh12345678 at https://user:pw@host/v1?api_key=abc Bearer abcdefgh12345 ${"x".repeat(900)}`;
    const shown = describeFailure(new ModelFailure("unknown", text), model);
    expect(shown).not.toMatch(/abcdefgh|user:pw|api_key=abc/u);
    expect(shown.length).toBeLessThanOrEqual(600);
    expect(redactSecrets("plain words stay")).toBe("plain words stay");
  });
});

describe("chatErrorKindOf", () => {
  test("folds reasons into the five classes of chat clients", () => {
    expect((["timeout", "rate_limit", "overflow", "auth"] as const).map(chatErrorKindOf)).toEqual([
      "timeout",
      "rate_limit",
      "context_length",
      "unknown",
    ]);
  });
});
