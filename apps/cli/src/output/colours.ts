import type { Io } from "../io.ts";

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, gray: 90 } as const;

/** Name of a terminal colour. */
export type Colour = keyof typeof CODES;

/** Puts text in a colour, or leaves it alone. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours on a terminal only; `NO_COLOR` turns them off, a `FORCE_COLOR` other than 0 turns them on. */
export function painter(io: Io): Paint {
  const forced = io.env["FORCE_COLOR"];
  const isForced = forced !== undefined && forced !== "" && forced !== "0";
  const isOn = isForced || (io.stdout.isTerminal && io.env["NO_COLOR"] === undefined && forced !== "0");
  return isOn ? (colour, text) => `\u001B[${CODES[colour]}m${text}\u001B[39m` : (_colour, text) => text;
}
