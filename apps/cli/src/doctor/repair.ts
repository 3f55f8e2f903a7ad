/** What a repair touches, which decides who has to agree to it. */
export type RepairKind =
  /** The configuration file: follows the flag alone, also where nobody can be asked. */
  | "config"
  /** Folders, modes, the service: not without a person or `--yes`. */
  | "confirm"
  /** A token: as `confirm`, and by its own flag. */
  | "token"
  /** What somebody seems to have changed on purpose: `--force` too. */
  | "aggressive";

/** Something the doctor can do. Findings that it mends together share one object. */
export interface Repair {
  readonly kind: RepairKind;
  /** Asked on a terminal, to be answered with yes or no. */
  readonly question: string;
  /** Does it and says what changed, one sentence each. What it throws is told as the reason why it was not done. */
  perform(): Promise<readonly string[]>;
}

/** Options of `openclaw doctor`. */
export interface DoctorFlags {
  readonly repair?: boolean;
  /** The same as `repair`. */
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly nonInteractive?: boolean;
  readonly generateGatewayToken?: boolean;
  readonly deep?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Whether the flags say that what is found is to be repaired. */
export function wantsRepairs({ repair, fix, yes }: DoctorFlags): boolean {
  return repair === true || fix === true || yes === true;
}

/** Whether nobody can be asked, or is to be. */
export function isUnattended(flags: DoctorFlags, stdinIsTerminal: boolean): boolean {
  return flags.nonInteractive === true || (!stdinIsTerminal && flags.yes !== true);
}

/** Whether a repair is made; `ask` only where somebody can answer (service.md §11.1). */
export function decide(kind: RepairKind, flags: DoctorFlags, stdinIsTerminal: boolean): "yes" | "no" | "ask" {
  if (kind === "token" && flags.generateGatewayToken === true) return "yes";
  if (kind === "config") return wantsRepairs(flags) ? "yes" : "no";
  if (isUnattended(flags, stdinIsTerminal)) return "no";
  if (wantsRepairs(flags)) return kind === "aggressive" && flags.force !== true ? "no" : "yes";
  return flags.json === true ? "no" : "ask";
}
