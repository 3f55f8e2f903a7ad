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
 * The account in words. A recording has passed when every frame came as recorded, but for facts about the gateway itself
 * and for single fields that a row of the specification sets otherwise; those are counted and listed too. It deviates
 * when frames are other ones.
 */
export function report({ outcomes, later, isDetailed }: Account): string {
  const played = [...outcomes].map(([name, deviations]) => {
    const behaviour = deviations.filter(({ kind }) => kind === "behaviour");
    return { name, behaviour, isExact: deviations.length === 0, rows: behaviour.map(({ row }) => row) };
  });
  const deviating = played.filter(({ behaviour }) => behaviour.some(({ instead }) => instead !== undefined));
  const passed = played.filter((each) => !deviating.includes(each));
  const exact = passed.filter(({ isExact }) => isExact);
  const inFields = passed.filter(({ rows }) => rows.length > 0);
  const facts = passed.length - exact.length - inFields.length;
  const total = played.length + later.length;
  const lines = (kind: string, listed: typeof played) =>
    listed.map(({ name, rows }) => `${kind} ${name}: ${rows.join("; ")}`);
  return [
    ...(isDetailed ? [...lines("fields", inFields), ...lines("deviation", deviating)] : []),
    ...(isDetailed ? later.map(({ name, capability }) => `later ${name}: ${capability}`) : []),
    `replayed ${played.length} of ${total} recordings`,
    `passed ${passed.length} of ${total}, every frame as recorded: ${exact.length} to the letter, ` +
      `${facts} but for facts about this gateway, ${inFields.length} but for single fields that a row sets otherwise`,
    `deviation ${deviating.length} of ${total}: other frames, as a row asks for`,
    `later ${later.length} of ${total}: each waits for a capability`,
  ].join("\n");
}
