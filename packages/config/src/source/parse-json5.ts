import { readJson5 } from "./read-json5.ts";
import type { Turn } from "./turn.ts";

/** What a text may cost: more is refused before it can hurt (T-CFG-12). */
export const SOURCE_LIMITS = { maxBytes: 5 * 1024 * 1024, maxDepth: 64 } as const;

/** A parsed text, or why it is refused and on which line. */
export type Json5Parse =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly line?: number };

/**
 * Parses JSON5 as the file format defines it, which is stricter than the language: no key twice in an object,
 * no key that JavaScript gives a meaning of its own, limited size and depth.
 *
 * Docs: configuration.md#format
 */
export function parseJson5(text: string): Json5Parse {
  const steps = parsing(text);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** Parses as {@link parseJson5} does; of a long text, a part in each turn. */
export async function parseJson5InTurns(text: string, turn: Turn): Promise<Json5Parse> {
  const steps = parsing(text);
  let step = steps.next();
  while (step.done !== true) {
    if (turn.isOver) await turn.pass();
    step = steps.next();
  }
  return step.value;
}

function* parsing(text: string): Generator<undefined, Json5Parse, undefined> {
  const bytes = Buffer.byteLength(text);
  if (bytes > SOURCE_LIMITS.maxBytes) {
    return { ok: false, message: `file too large (${bytes} bytes, limit ${SOURCE_LIMITS.maxBytes})` };
  }
  const reading = yield* readJson5(text, SOURCE_LIMITS.maxDepth);
  return reading.ok ? reading : { ok: false, ...reading.problem };
}
