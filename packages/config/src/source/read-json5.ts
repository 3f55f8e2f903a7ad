import { isForbiddenKey } from "./forbidden-key.ts";
import { keyName, scalarValue, skipBlank, tokenEnd } from "./json5-tokens.ts";
import { formatProblem, languageProblem, type TextProblem, unexpectedAt } from "./text-problem.ts";

/** A value, or the first thing that is wrong with the text. */
export type Json5Reading =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: TextProblem };

/**
 * Reads JSON5 in one pass, and refuses with it what the file format refuses: a key that stands twice or reaches a
 * prototype, and values deeper than `maxDepth`. Pauses now and then, so that a long text need not hold up anybody.
 */
export function* readJson5(text: string, maxDepth: number): Generator<undefined, Json5Reading, undefined> {
  try {
    const reader = new Reader(text, maxDepth);
    while (!reader.readOn()) yield;
    return { ok: true, value: reader.value };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Values between two pauses: a fraction of a millisecond. */
const VALUES_AT_ONCE = 500;

/** Carries what is wrong out of the reader; never leaves this file. */
class Refusal extends Error {
  readonly problem: TextProblem;

  constructor(problem: TextProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** An object or list whose end was not read yet. */
type Container =
  | { readonly closing: "}"; readonly value: Record<string, unknown>; key: string }
  | { readonly closing: "]"; readonly value: unknown[] };

class Reader {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #open: Container[] = [];
  /** Never at white space or a comment. */
  #at: number;
  #value: unknown;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#at = skipBlank(text, 0);
  }

  /** What was read so far. */
  get value(): unknown {
    return this.#value;
  }

  /** Reads some values; true at the end of the text. */
  readOn(): boolean {
    for (let count = 0; count < VALUES_AT_ONCE; count += 1) {
      const char = this.#text.charAt(this.#at);
      const isContainer = char === "{" || char === "[";
      if (isContainer) this.#open.push(this.#opened(char));
      else this.#put(this.#scalar());
      if (this.#goOn({ isBehindValue: !isContainer })) return true;
    }
    return false;
  }

  #opened(bracket: "[" | "{"): Container {
    const container: Container =
      bracket === "{" ? { closing: "}", value: {}, key: "" } : { closing: "]", value: [] };
    this.#put(container.value);
    this.#goTo(this.#at + 1);
    return container;
  }

  #scalar(): unknown {
    const start = this.#at;
    const end = tokenEnd(this.#text, start);
    if (end === start) throw this.#unexpected();
    this.#goTo(end);
    try {
      return scalarValue(this.#text.slice(start, end));
    } catch {
      throw new Refusal(languageProblem(this.#text, { start, end }));
    }
  }

  #put(value: unknown): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#value = value;
    else if (parent.closing === "]") parent.value.push(value);
    else parent.value[parent.key] = value;
  }

  /** Leaves everything that ends here, and goes on to the next value; true when there is none. */
  #goOn({ isBehindValue }: { isBehindValue: boolean }): boolean {
    let isBehind = isBehindValue;
    for (let parent = this.#open.at(-1); parent !== undefined; parent = this.#open.at(-1)) {
      const hasComma = isBehind && this.#text.charAt(this.#at) === ",";
      if (hasComma) this.#goTo(this.#at + 1);
      if (this.#text.charAt(this.#at) !== parent.closing) {
        if (isBehind && !hasComma) throw this.#unexpected();
        this.#enterItem(parent);
        return false;
      }
      this.#open.pop();
      this.#goTo(this.#at + 1);
      isBehind = true;
    }
    // A comment that is not closed leads beyond the text.
    if (this.#at !== this.#text.length) throw this.#unexpected();
    return true;
  }

  /** Goes to the value of the next item. */
  #enterItem(parent: Container): void {
    const start = this.#at;
    if (parent.closing === "}") parent.key = this.#key(parent);
    if (this.#open.length > this.#maxDepth)
      throw this.#refusal(start, `nesting deeper than ${this.#maxDepth}`);
  }

  #key({ value }: { readonly value: object }): string {
    const start = this.#at;
    const end = tokenEnd(this.#text, start);
    if (end === start) throw this.#unexpected();
    const key = this.#nameOf(start, end);
    this.#goTo(end);
    if (this.#text.charAt(this.#at) !== ":") throw this.#unexpected();
    this.#goTo(this.#at + 1);
    if (isForbiddenKey(key))
      throw this.#refusal(start, `forbidden key ${JSON.stringify(this.#pathOf(key).join("."))}`);
    if (Object.hasOwn(value, key)) throw this.#refusal(start, `duplicate key ${JSON.stringify(key)}`);
    return key;
  }

  #nameOf(start: number, end: number): string {
    try {
      return keyName(this.#text.slice(start, end));
    } catch {
      throw new Refusal(languageProblem(this.#text, { start, end, before: "{" }));
    }
  }

  /** Where a key of the innermost object stands. */
  #pathOf(key: string): readonly string[] {
    const parents = this.#open.slice(0, -1);
    const names = parents.map((parent) =>
      parent.closing === "]" ? String(parent.value.length - 1) : parent.key,
    );
    return [...names, key];
  }

  #goTo(at: number): void {
    this.#at = skipBlank(this.#text, at);
  }

  #unexpected(): Refusal {
    return new Refusal(unexpectedAt(this.#text, this.#at));
  }

  #refusal(at: number, problem: string): Refusal {
    return new Refusal(formatProblem(this.#text, at, problem));
  }
}
