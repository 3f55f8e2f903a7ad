import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAmbiguousPath } from "./path.ts";
import { testApp } from "./testing/test-app.ts";

const encode = (text: string, times: number): string =>
  times === 0
    ? text
    : encode(
        text.replace(/%|\/|\.|[a-z]/g, (char) => `%${char.charCodeAt(0).toString(16)}`),
        times - 1,
      );

const ROUTES = ["/v1/models", "/v1/models/openclaw", "/v1/chat/completions"];

describe("isAmbiguousPath", () => {
  test.each([
    "/v1%2fmodels",
    "/v1%2Fchat/completions",
    "//v1/models",
    "/v1//models",
    "/v1%5cmodels",
    "/v1;a=b/models",
    "/v1/models;x",
    "/x/..%2fv1/models",
    "/%76%31/models",
    "/V1%2fMODELS",
    "/api%252fchannels",
    "/v1/%zz",
    "/%",
  ])("T-HTTP-01 refuses %s with 400", async (path) => {
    expect(isAmbiguousPath(path)).toBe(true);
    const response = await testApp().app.request(
      new Request(`http://127.0.0.1${path}`),
      {},
      { from: "127.0.0.1", host: "127.0.0.1" },
    );
    expect(response.status).toBe(400);
  });

  test.each([
    "/",
    "/v1/models",
    "/v1/models/openclaw%2Fmain",
    "/V1/models",
    "/assets/a%20b.js",
    "/chat/a%2fb",
  ])("leaves %s to the routes", (path) => {
    expect(isAmbiguousPath(path)).toBe(false);
  });

  test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    "T-HTTP-02 reaches no route without credentials when encoded %i times",
    async (times) => {
      for (const route of ROUTES) {
        const path = `/${encode(route.slice(1), times)}`;
        for (const method of ["GET", "POST"]) {
          const response = await testApp().send(path, { method, isAnonymous: true });
          expect([path, response.ok]).toEqual([path, false]);
        }
      }
    },
  );

  test("T-HTTP-01 lets no spelling of a protected route through without credentials", async () => {
    const { send } = testApp();
    const noise = fc.constantFrom(
      "",
      "/",
      "%2f",
      "%2F",
      "\\",
      "%5c",
      ";x",
      ".",
      "/.",
      "/..",
      "%2e%2e/",
      "%252f",
      "%00",
      "?",
      "%20",
    );
    const spelling = fc
      .tuple(
        fc.constantFrom(...ROUTES),
        fc.array(fc.tuple(fc.nat(24), noise), { maxLength: 4 }),
        fc.boolean(),
      )
      .map(([route, insertions, isUpper]) => {
        const path = insertions.reduce(
          (text, [at, piece]) => text.slice(0, at + 1) + piece + text.slice(at + 1),
          route,
        );
        return isUpper ? path.toUpperCase() : path;
      });
    await fc.assert(
      fc.asyncProperty(spelling, fc.constantFrom("GET", "POST"), async (path, method) => {
        const response = await send(path, { method, isAnonymous: true });
        expect(response.ok).toBe(false);
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });
});
