import { describe, expect, test } from "vitest";
import { StoreError, toStoreError } from "./errors.ts";

describe("toStoreError", () => {
  test.for([
    [{ message: "full", rawCode: 13 }, "disk_full"],
    [{ message: "write failed", rawCode: 778 }, "io"],
    [{ message: "locked", rawCode: 5 }, "busy"],
    [{ message: "snapshot too old", rawCode: 517 }, "busy"],
    [{ message: "malformed", rawCode: 11 }, "corrupt"],
    [{ message: "not a database", rawCode: 26 }, "corrupt"],
    [{ message: "read-only", rawCode: 8 }, "unavailable"],
    [{ message: "unique", rawCode: 2067 }, "conflict"],
    [{ message: 'ConnectionFailed("Unable to open connection to local database /x: 14")' }, "unavailable"],
    [{ message: "no space", code: "ENOSPC" }, "disk_full"],
    [{ message: "denied", code: "EACCES" }, "unavailable"],
    [{ message: "syntax", rawCode: 1 }, "failed"],
    [new TypeError("odd"), "failed"],
    ["a text", "failed"],
    [null, "failed"],
  ] as const)("reads %j as %s", ([cause, code]) => {
    const error = toStoreError(cause);
    expect(error.code).toBe(code);
    expect(error.cause).toBe(cause);
  });

  test("passes its own errors on unchanged", () => {
    const error = new StoreError("owned", "/x");
    expect(toStoreError(error)).toBe(error);
  });
});
