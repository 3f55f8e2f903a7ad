import { StoreError } from "./errors.ts";

/**
 * Reads a record back from its column.
 *
 * @throws {StoreError} `corrupt` when the text is not JSON.
 */
export function decode<T>(text: string): T {
  try {
    // The column only ever holds what `JSON.stringify` made of a T; the file is ours alone.
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new StoreError("corrupt", "a record is not JSON", { cause });
  }
}
