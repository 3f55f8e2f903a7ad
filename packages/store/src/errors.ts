/** What a caller can do something about, by {@link StoreError.code}. */
export const STORE_ERROR_CODES = {
  /** The disk or the quota is full: nothing of the write was kept; free space and write again. */
  disk_full: "no space left for the state file",
  /** The operating system failed a read or write; a commit that ends so may or may not survive a power loss. */
  io: "reading or writing the state file failed",
  /** Another program holds the file's write lock. */
  busy: "the state file is locked by another program",
  /** Another gateway owns this state file. */
  owned: "the state file belongs to another running gateway",
  /** The file's content is damaged. */
  corrupt: "the state file is damaged",
  /** The file was written by a newer version; it was not touched. */
  newer_version: "the state file was written by a newer version",
  /** The file is a database of some other program; it was not touched. */
  not_a_store: "the file is not a gateway's state file",
  /** The file or its folder cannot be opened or written by this user. */
  unavailable: "the state file cannot be opened",
  /** The write breaks a rule of the schema. */
  conflict: "the write contradicts what is stored",
  /** Too many commits wait. */
  overloaded: "too many writes are waiting",
  /** The store was closed. */
  closed: "the store is closed",
  /** Anything else; see `cause`. */
  failed: "the state file could not be used",
} as const;

export type StoreErrorCode = keyof typeof STORE_ERROR_CODES;

/** The one error of this package: `code` for programs, `message` for people, the driver's error as `cause`. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? STORE_ERROR_CODES[code] : `${STORE_ERROR_CODES[code]}: ${detail}`, options);
    this.code = code;
  }
}

/** SQLite's primary result codes, which the extended ones carry in their low byte. */
const BY_RESULT_CODE: Readonly<Record<number, StoreErrorCode>> = {
  3: "unavailable", // SQLITE_PERM
  5: "busy", // SQLITE_BUSY
  6: "busy", // SQLITE_LOCKED
  8: "unavailable", // SQLITE_READONLY
  10: "io", // SQLITE_IOERR
  11: "corrupt", // SQLITE_CORRUPT
  13: "disk_full", // SQLITE_FULL
  14: "unavailable", // SQLITE_CANTOPEN
  19: "conflict", // SQLITE_CONSTRAINT
  26: "corrupt", // SQLITE_NOTADB
};

/** The file system's own codes. */
const BY_ERRNO: Readonly<Record<string, StoreErrorCode>> = {
  ENOSPC: "disk_full",
  EDQUOT: "disk_full",
  EIO: "io",
  EACCES: "unavailable",
  EEXIST: "unavailable",
  EISDIR: "unavailable",
  ENOENT: "unavailable",
  ENOTDIR: "unavailable",
  EPERM: "unavailable",
  EROFS: "unavailable",
};

/** Turns whatever the driver or the file system threw into a {@link StoreError}; one that already is passes unchanged. */
export function toStoreError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const message =
    typeof cause === "object" && cause && "message" in cause ? String(cause.message) : String(cause);
  return new StoreError(codeOf(cause, message), message, { cause });
}

function codeOf(cause: unknown, message: string): StoreErrorCode {
  if (typeof cause !== "object" || cause === null) return "failed";
  const errno = "code" in cause ? BY_ERRNO[String(cause.code)] : undefined;
  if (errno !== undefined) return errno;
  // Failures to open carry SQLite's number at the end of the text only.
  const result = "rawCode" in cause ? cause.rawCode : /ConnectionFailed\(.*: (\d+)"\)/.exec(message)?.[1];
  return BY_RESULT_CODE[Number(result) & 0xff] ?? "failed";
}
