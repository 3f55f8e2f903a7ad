import { isObject } from "../recording/json.ts";
import type { Bindings } from "./placeholders.ts";

/** Stands for a key one side does not have. */
export const ABSENT = Symbol("absent");

/** One place where what came is not what was recorded. */
export interface Mismatch {
  /** Keys from the frame's root, joined by dots: `payload.snapshot.configPath`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly received: unknown;
}

/**
 * Compares a received value with a recorded one: equal key sets, equal constants, placeholders by kind. Cut arrays
 * (`"<3 more>"`) and cut objects (`{"...": "..."}`) are compared as far as they were kept.
 */
export function match(recorded: unknown, received: unknown, bindings: Bindings, path = ""): Mismatch[] {
  if (typeof recorded === "string") {
    return bindings.matches(recorded, received) ? [] : [{ path, recorded, received }];
  }
  if (Array.isArray(recorded)) return matchArray(recorded, received, bindings, path);
  if (isObject(recorded)) return matchObject(recorded, received, bindings, path);
  return Object.is(recorded, received) ? [] : [{ path, recorded, received }];
}

function matchArray(
  recorded: readonly unknown[],
  received: unknown,
  bindings: Bindings,
  path: string,
): Mismatch[] {
  if (!Array.isArray(received)) return [{ path, recorded, received }];
  const isCut = isCutMark(recorded.at(-1));
  const kept = isCut ? recorded.slice(0, -1) : recorded;
  if (received.length < kept.length || (!isCut && received.length > kept.length))
    return [{ path, recorded, received }];
  return kept.flatMap((item, index) => match(item, received[index], bindings, `${path}.${index}`));
}

function matchObject(recorded: object, received: unknown, bindings: Bindings, path: string): Mismatch[] {
  if (!isObject(received)) return [{ path, recorded, received }];
  if ("..." in recorded || ("omitted" in recorded && Object.keys(recorded).length === 1)) return [];
  const expected: Readonly<Record<string, unknown>> = { ...recorded };
  const keys = new Set([...Object.keys(expected), ...Object.keys(received)]);
  return [...keys].flatMap((key) => {
    const place = path === "" ? key : `${path}.${key}`;
    if (!Object.hasOwn(expected, key)) return [{ path: place, recorded: ABSENT, received: received[key] }];
    if (!Object.hasOwn(received, key)) return [{ path: place, recorded: expected[key], received: ABSENT }];
    return match(expected[key], received[key], bindings, place);
  });
}

function isCutMark(value: unknown): boolean {
  return typeof value === "string" && /^<\d+ more\b.*>$/.test(value);
}

/** A mismatch in words. */
export function describeMismatch({ path, recorded, received }: Mismatch): string {
  return `${path || "frame"}: recorded ${shown(recorded)}, received ${shown(received)}`;
}

function shown(value: unknown): string {
  if (value === ABSENT) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
