/** What one reader of the log saw. */
export interface LogAccount {
  readonly lines: number;
  readonly lost: number;
  readonly doubled: number;
  /** What it was told about the log, such as that lines are missing. */
  readonly notices: readonly string[];
  /** How many lines it was told to be missing. */
  readonly told: number;
}

/** What came of a flood. */
export interface FloodResult {
  /** Of all files of the log together, whenever it was looked. */
  readonly mostBytes: number;
  /** How often a new file was begun. */
  readonly rotations: number;
  readonly byCommand: LogAccount;
  readonly onFiles: LogAccount;
}

/** How much is written, and what may lie on the disk at a time. */
export interface FloodOptions {
  readonly lines: number;
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
  /** The command that follows stands still meanwhile. @default false */
  readonly isReaderHeldUp?: boolean;
  readonly onProgress?: (lines: number) => void;
}

/** Has a gateway write so many lines at least, while they are followed over RPC and on the files. */
export function flood(options: FloodOptions): Promise<FloodResult>;
