/** A text that begins with this token is not shown at all; after a text it is cut off. */
const SILENT = "NO_REPLY";
/** Acknowledgement of a heartbeat: cut off at both ends. */
const HEARTBEAT = "HEARTBEAT_OK";

const MARKUP = "(?:[*_`~]|</?[a-z]{1,10}>)";
const TAG = /\[\[\s*(?:reply_to_current|reply_to:[^\]\n]{1,200}|audio_as_voice)\s*\]\]/giu;
const LEADING_SILENT = new RegExp(`^${SILENT}(?:\\W|$)`, "u");
const LEADING_HEARTBEAT = new RegExp(`^${MARKUP}*${HEARTBEAT}(?!\\w)(?:</[a-z]{1,10}>|[^\\w<]){0,4}`, "u");
const TRAILING = new RegExp(
  `\\s*(?<!\\w)${MARKUP}*(?<![a-zA-Z0-9])(?:${SILENT}|${HEARTBEAT})(?:</[a-z]{1,10}>|[^\\w<]){0,4}$`,
  "u",
);

/** Longest end of a text that may still turn out to be a token or tag. */
const WINDOW = 256;
const OPEN_MARKUP = "(?:[*_`~]|</?[a-z]{0,10}>?)*";
const TOKENS = `(?:${prefixesOf(SILENT)}|${prefixesOf(HEARTBEAT)}|(?:${SILENT}|${HEARTBEAT})(?:</?[a-z]{0,10}>?|[^\\w<]){0,4})`;
const MAYBE_TRAILING = new RegExp(
  `\\s*(?:${OPEN_MARKUP}${TOKENS}?|\\[(?:\\[[^\\]\\n]{0,220}\\]?)?)\\s*$`,
  "u",
);

/**
 * What a user sees of a model's text while it streams: tokens and tags meant for the gateway are taken out, and
 * space at both ends. Whatever might become a token is held back, so that shown text is never taken back. The
 * pieces returned join to the same text however the model's text was cut.
 */
export class VisibleText {
  #pending = "";
  #hasStarted = false;
  #isSilent = false;

  /** Takes the next piece of the model's text and returns the next piece to show, often empty. */
  push(delta: string): string {
    if (this.#isSilent) return "";
    this.#pending += delta;
    this.#clean(false);
    return this.#release(holdFrom(this.#pending));
  }

  /** Returns the rest to show once the model has ended. */
  end(): string {
    this.#clean(true);
    let rest = this.#pending;
    for (let cut = rest.replace(TRAILING, ""); cut !== rest; cut = rest.replace(TRAILING, "")) rest = cut;
    this.#pending = rest.trimEnd();
    return this.#release(this.#pending.length);
  }

  #clean(isEnd: boolean): void {
    this.#pending = this.#pending.replace(TAG, "");
    if (this.#hasStarted) return;
    this.#pending = this.#pending.trimStart();
    // A token at the very end may go on with the next piece.
    const canJudge = isEnd || !(MAYBE_TRAILING.exec(this.#pending.slice(0, WINDOW))?.index === 0);
    if (!canJudge) return;
    if (LEADING_SILENT.test(this.#pending)) {
      this.#isSilent = true;
      this.#pending = "";
    }
    this.#pending = this.#pending.replace(LEADING_HEARTBEAT, "").trimStart();
  }

  #release(end: number): string {
    const shown = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end);
    if (shown !== "") this.#hasStarted = true;
    return shown;
  }
}

/** What a user sees of a whole text. */
export function visibleTextOf(text: string): string {
  const visible = new VisibleText();
  return visible.push(text) + visible.end();
}

/** Where the part of a text begins that the next piece may turn into a token or tag. */
function holdFrom(text: string): number {
  const offset = Math.max(0, text.length - WINDOW);
  const match = MAYBE_TRAILING.exec(text.slice(offset));
  return match === null ? text.length : offset + match.index;
}

/** Pattern of every beginning of a word, the whole included. */
function prefixesOf(word: string): string {
  return [...word].reduceRight((rest, letter) => `${letter}${rest === "" ? "" : `(?:${rest})?`}`, "");
}
