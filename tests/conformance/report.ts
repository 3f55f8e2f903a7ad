import type { Deviation } from "./deviations/deviation.ts";

/** What became of all recordings. */
export interface Account {
  /** The deviations each played recording met. */
  readonly outcomes: ReadonlyMap<string, readonly Deviation[]>;
  /** Recordings that are not played, and what they wait for. */
  readonly later: readonly { readonly name: string; readonly capability: string }[];
  /** With a line for every recording that did not pass. */
  readonly isDetailed: boolean;
}

/**
 * The account in words: passed, deviation or later. A recording has passed when everything went as recorded but for
 * facts about the gateway itself.
 */
export function report({ outcomes, later, isDetailed }: Account): string {
  const played = [...outcomes].map(([name, deviations]) => ({
    name,
    deviations,
    rows: deviations.flatMap(({ kind, row }) => (kind === "behaviour" ? [row] : [])),
  }));
  const passed = played.filter(({ rows }) => rows.length === 0);
  const exact = passed.filter(({ deviations }) => deviations.length === 0);
  const deviating = played.filter(({ rows }) => rows.length > 0);
  const otherwise = deviating.filter(({ deviations }) =>
    deviations.some(({ kind, instead }) => kind === "behaviour" && instead !== undefined),
  );
  const total = played.length + later.length;
  return [
    ...(isDetailed ? deviating.map(({ name, rows }) => `deviation ${name}: ${rows.join("; ")}`) : []),
    ...(isDetailed ? later.map(({ name, capability }) => `later ${name}: ${capability}`) : []),
    `replayed ${played.length} of ${total} recordings: ${played.length - otherwise.length} frame for frame, ${otherwise.length} with other frames`,
    `passed ${passed.length} of ${total}: ${exact.length} to the letter, ${passed.length - exact.length} but for facts about this gateway`,
    `deviation ${deviating.length} of ${total}: ${deviating.length - otherwise.length} in single fields, ${otherwise.length} in frames`,
    `later ${later.length} of ${total}: each waits for a capability`,
  ].join("\n");
}
