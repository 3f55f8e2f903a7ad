import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pid } from "node:process";
import { ConfigError, type Paths, writeConfigFile } from "@openclaw/config";
import { RpcError } from "@openclaw/protocol";

/** A text that others may change, too; whoever writes says which one he has seen. */
export interface PolicyText {
  readonly path: string;
  /** Undefined when there is none. */
  read(): Promise<string | undefined>;
  /**
   * Replaces the whole text, if it still has the hash `seen`. On disk when it resolves.
   *
   * @returns false when somebody else was faster
   * @throws {RpcError} UNAVAILABLE when it cannot be written
   */
  write(text: string, change: { readonly seen: string; readonly actor: string }): Promise<boolean>;
}

/** SHA-256 in hex; of the empty text when there is none. */
export function hashOf(text: string | undefined): string {
  return createHash("sha256")
    .update(text ?? "", "utf8")
    .digest("hex");
}

/** A file only its owner can read, replaced as a whole; as safe as the configuration, by the same means. */
export function textOnDisk(
  path: string,
  { auditPath, now }: Pick<Paths, "auditPath"> & { readonly now: () => number },
): PolicyText {
  return {
    path,
    read: async () => {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    write: async (text, { seen, actor }) => {
      const paths = { configPath: path, auditPath };
      try {
        await writeConfigFile({ paths, text, baseHash: seen, writer: { pid, actor }, now });
        return true;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        if (error.code === "conflict") return false;
        throw new RpcError("UNAVAILABLE", error.message, { retryable: true, cause: error });
      }
    },
  };
}

/** For a gateway that leaves nothing behind. */
export function textInMemory(): PolicyText {
  let current: string | undefined;
  return {
    path: ":memory:",
    read: () => Promise.resolve(current),
    write: (text, { seen }) => {
      const isSeen = hashOf(current) === seen;
      if (isSeen) current = text;
      return Promise.resolve(isSeen);
    },
  };
}
