import type { CommandContext } from "../context.ts";
import type { Finding } from "./finding.ts";
import type { DoctorFlags } from "./repair.ts";

/** What checks look at. One is made anew after each change of the configuration. */
export interface Examination {
  readonly context: CommandContext;
  readonly flags: DoctorFlags;
}

/** Looks at one thing and says what is wrong with it. Changes nothing. */
export type Check = (examination: Examination) => Promise<readonly Finding[]> | readonly Finding[];
