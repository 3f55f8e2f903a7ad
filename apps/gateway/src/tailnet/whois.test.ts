import { describe, expect, test } from "vitest";
import { createWhois } from "./whois.ts";
import { parseWhois } from "./whois-answer.ts";

const answer = (LoginName: unknown) =>
  JSON.stringify({ Node: { Name: "phone.tail1234.ts.net." }, UserProfile: { ID: 1, LoginName } });

describe("parseWhois", () => {
  test("finds the login of a person", () => {
    expect(parseWhois(answer("ada@example.com"))).toEqual({ login: "ada@example.com" });
  });

  test.each([
    ["no output", undefined],
    ["no JSON", "peer not found"],
    ["another shape", "[1]"],
    ["null", '{"UserProfile":null}'],
    ["a login that is no text", answer(7)],
    ["an empty login", answer("")],
    ["a tagged device", answer("tagged-devices")],
  ])("finds nobody in %s", (_, output) => {
    expect(parseWhois(output)).toBeUndefined();
  });
});

describe("createWhois", () => {
  test("asks about one address and remembers the answer for a while", async () => {
    const asked: (readonly string[])[] = [];
    let now = 0;
    const whois = createWhois(
      (args) => {
        asked.push(args);
        return Promise.resolve(answer("ada@example.com"));
      },
      () => now,
    );
    expect(await Promise.all([whois("100.64.0.9"), whois("100.64.0.9")])).toEqual([
      { login: "ada@example.com" },
      { login: "ada@example.com" },
    ]);
    expect(asked).toEqual([["whois", "--json", "100.64.0.9"]]);
    now = 10_000;
    await whois("100.64.0.9");
    expect(asked).toHaveLength(2);
  });

  test("forgets the oldest of too many answers", async () => {
    let asked = 0;
    const whois = createWhois(() => Promise.resolve(String((asked += 1))));
    for (let index = 0; index <= 256; index += 1) await whois(`100.64.1.${index}`);
    await whois("100.64.1.256");
    expect(asked).toBe(257);
    await whois("100.64.1.0");
    expect(asked).toBe(258);
  });

  test("leaves questions unanswered while too many are waiting", async () => {
    const release: (() => void)[] = [];
    const whois = createWhois(
      () => new Promise((resolve) => release.push(() => resolve(answer("ada@example.com")))),
    );
    const waiting = Array.from({ length: 8 }, (_, index) => whois(`100.64.0.${index}`));
    expect(await whois("100.64.0.8")).toBeUndefined();
    for (const go of release) go();
    expect(await Promise.all(waiting)).toHaveLength(8);
    const later = whois("100.64.0.8");
    release.at(-1)?.();
    expect(await later).toEqual({ login: "ada@example.com" });
  });
});
