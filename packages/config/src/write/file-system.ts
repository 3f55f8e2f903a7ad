import * as promises from "node:fs/promises";

/** The calls of `node:fs/promises` that writing makes; injectable, so that a test can let one fail. */
export type FileSystem = Pick<
  typeof promises,
  "lstat" | "mkdir" | "open" | "readdir" | "readFile" | "readlink" | "realpath" | "rename" | "rm" | "stat"
>;

/** The file system of this machine. */
export const fileSystem: FileSystem = promises;
