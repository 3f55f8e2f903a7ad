import type { Recording } from "../recording/recording.ts";
import type { Difference } from "../matching/difference.ts";

/** Where the product differs from a recording on purpose. */
export interface Deviation {
  /** Names of recordings; `*` stands for any text. */
  readonly files: readonly string[];
  /** What asks for it, and what differs. */
  readonly because: string;
  /** A capability after which the recording will be met. @default never, the difference stays */
  readonly until?: string;
  readonly differences?: readonly Difference[];
  /** The conversation as it goes with us, where frames are other ones altogether. */
  readonly instead?: (recording: Recording) => Recording;
}

/** Whether a name fits a pattern with `*`. */
export function fits(pattern: string, name: string): boolean {
  const source = pattern.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(name);
}
