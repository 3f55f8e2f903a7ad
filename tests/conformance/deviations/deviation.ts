import type { Recording } from "../recording/recording.ts";
import type { Difference } from "../matching/difference.ts";

/** Where the product differs from a recording on purpose. */
export interface Deviation {
  /** Names of recordings; `*` stands for any text. */
  readonly files: readonly string[];
  /** What differs, and why. */
  readonly because: string;
  /** The rows of the specification that ask for it, such as `threats.md T-PAIR-09`. */
  readonly row: string;
  /**
   * `fact`: what this gateway is, has or holds, or what the moment decides, differs; how it behaves does not.
   */
  readonly kind: "fact" | "behaviour";
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
