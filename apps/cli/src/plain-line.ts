import { FREQUENT_SPECS } from "./commands/frequent-specs.ts";
import type { FrequentSpec } from "./commands/spec.ts";
import type { Call } from "./program.ts";

const FREQUENT: readonly FrequentSpec[] = Object.values(FREQUENT_SPECS);

const SWITCH = /^--[a-z]+$/;

/**
 * Reads a command line that takes no parser: the name of a frequent command, then nothing but switches of that command.
 * Scripts type such lines all the time, and getting the parser ready takes a good part of what answering them takes.
 *
 * @returns undefined for every other line, also a mistaken one: all that is to be said of it is the parser's
 */
export function readPlainLine(argv: readonly string[]): Call<FrequentSpec> | undefined {
  const spec = FREQUENT.find(({ name }) => startsWith(argv, name.split(" ")));
  if (spec === undefined) return undefined;
  const switches = argv.slice(spec.name.split(" ").length);
  if (!switches.every((word) => isSwitchOf(spec, word))) return undefined;
  return { spec, options: Object.fromEntries(switches.map((word) => [word.slice(2), true])), words: [] };
}

/** Whether a line, global flags included, looks like one of a frequent command. */
export function seemsFrequent(argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith("-"));
  return FREQUENT.some(({ name }) => words.join(" ") === name);
}

function isSwitchOf({ options = [] }: FrequentSpec, word: string): boolean {
  if (!SWITCH.test(word)) return false;
  return options.some(({ flags, counts, conflicts }) => flags === word && !counts && conflicts === undefined);
}

function startsWith(argv: readonly string[], words: readonly string[]): boolean {
  return words.every((word, index) => argv[index] === word);
}
