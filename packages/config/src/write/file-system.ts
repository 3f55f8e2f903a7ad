import type * as promises from "node:fs/promises";

/** The calls of `node:fs/promises` this package makes; injectable, so that tests can let one fail. */
export type FileSystem = Pick<
  typeof promises,
  "open" | "readFile" | "readlink" | "realpath" | "rename" | "rm" | "mkdir" | "readdir"
>;
