import { describe, expect, test } from "vitest";

import { isVersionRequest } from "./version.ts";

describe("isVersionRequest", () => {
  test.each([[["--version"]], [["-V"]], [["-v"]], [["--dev", "--version"]]])(
    "%j asks for the version",
    (argv) => {
      expect(isVersionRequest(argv)).toBe(true);
    },
  );

  test.each([[[]], [["gateway", "--version"]], [["logs", "-v"]], [["--verbose"]]])("%j does not", (argv) => {
    expect(isVersionRequest(argv)).toBe(false);
  });
});
