/** A line and the stream it belongs to: facts to stdout, problems to stderr. */
export type ReportLine = readonly [stream: "out" | "err", text: string];

/** What the text form needs besides the report. */
export interface TextFacts {
  readonly home: string;
  readonly logFile: string;
  /** Address of the Control UI, or `disabled`. */
  readonly dashboard: string;
  readonly program: string;
  /** Command that shows what the service printed; absent without a service. */
  readonly logCommand?: string;
}

/** A fact. */
export function out(text: string): ReportLine {
  return ["out", text];
}

/** A problem. */
export function err(text: string): ReportLine {
  return ["err", text];
}
