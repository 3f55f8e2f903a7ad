/** A text that begins with this word is not shown at all; at the end of a text it is cut off. */
const SILENT = "NO_REPLY";
/** Acknowledgement of a heartbeat: cut off at both ends. */
const HEARTBEAT = "HEARTBEAT_OK";
/** That many other characters may follow a word that is cut off. */
const TRAILING_CHARS = 4;

/** The next lexeme: directive tag, space, markup, word, or anything else. */
const LEXEME =
  /(?<tag>\[\[\s{0,8}(?:reply_to_current|reply_to:[^\]\n]{1,200}|audio_as_voice)\s{0,8}\]\])|(?<space>\s+)|(?<markup>[*`~]|<\/?[a-z]{1,10}>)|(?<word>\w+)|[[<]|[^\w\s*`~<[]+/iuy;
/** A rest that the next piece of text may turn into a tag or markup. */
const MAX_OPEN_CHARS = 256;
const OPEN = /^(?:\[(?:\[[^\]\n]{0,220}\]?)?|<\/?[a-z]{0,10})$/iu;

/**
 * What a user sees of a model's text while it streams: words and tags meant for the gateway are taken out, and
 * space at both ends. Whatever might become such a word is held back, so that shown text is never taken back. The
 * pieces returned join to the same text however the model's text was cut.
 */
export class VisibleText {
  readonly #lexeme = new RegExp(LEXEME);
  /** Not yet read. */
  #raw = "";
  /** Read, but not shown before something solid follows. */
  #held = "";
  /** Where in `#held` a word begins that is cut off if nothing solid follows. */
  #cutAt: number | undefined;
  /** Other characters that may still follow such a word. */
  #trailing = 0;
  #phase: "leading" | "body" | "silent" = "leading";
  #isInsideWord = false;
  #shown = "";

  /** Takes the next piece of the model's text and returns the next piece to show, often empty. */
  push(delta: string): string {
    if (this.#phase === "silent") return "";
    this.#raw += delta;
    this.#read(false);
    return this.#take();
  }

  /** Returns the rest to show once the model has ended. */
  end(): string {
    this.#read(true);
    if (this.#phase === "silent") return "";
    const rest = this.#cutAt === undefined ? this.#held : withoutOpenMarkup(this.#held.slice(0, this.#cutAt));
    this.#held = "";
    this.#shown += rest.trimEnd();
    return this.#take();
  }

  #take(): string {
    const shown = this.#shown;
    this.#shown = "";
    return shown;
  }

  #read(isEnd: boolean): void {
    let at = 0;
    while (at < this.#raw.length && this.#phase !== "silent") {
      this.#lexeme.lastIndex = at;
      const match = this.#lexeme.exec(this.#raw);
      if (match === null) break;
      const [text] = match;
      const isLast = at + text.length === this.#raw.length;
      if (!isEnd && this.#mayGoOn(match, isLast)) break;
      this.#accept(match);
      at += text.length;
    }
    this.#raw = this.#phase === "silent" ? "" : this.#raw.slice(at);
  }

  /** Whether the next piece of text may change what this lexeme is. */
  #mayGoOn(match: RegExpExecArray, isLast: boolean): boolean {
    const [text] = match;
    if (match.groups?.["word"] !== undefined) return isLast && !this.#isInsideWord && mayBecomeToken(text);
    if (text !== "[" && text !== "<") return false;
    return match.input.length - match.index <= MAX_OPEN_CHARS && OPEN.test(match.input.slice(match.index));
  }

  #accept(match: RegExpExecArray): void {
    const [text] = match;
    const { tag, space, markup, word } = match.groups ?? {};
    const isWordStart = word !== undefined && !this.#isInsideWord;
    this.#isInsideWord = word !== undefined;
    if (tag !== undefined) return;
    if (isWordStart && isToken(text)) this.#acceptToken(text);
    else if (space !== undefined) this.#acceptSpace(text);
    else if (word === undefined && this.#isSwallowed(text, markup !== undefined)) return;
    else if (markup !== undefined) this.#held += text;
    else this.#show(text);
  }

  #acceptToken(text: string): void {
    if (this.#phase === "leading") {
      this.#held = "";
      if (bare(text) === SILENT) this.#phase = "silent";
    } else {
      this.#cutAt ??= this.#held.length;
      this.#held += text;
    }
    this.#trailing = TRAILING_CHARS;
  }

  #acceptSpace(text: string): void {
    if (this.#phase === "body" || this.#held !== "") this.#held += text;
  }

  /** Punctuation and markup right after a token go with it. */
  #isSwallowed(text: string, isMarkup: boolean): boolean {
    const chars = isMarkup ? 1 : text.length;
    if (this.#trailing < chars) return false;
    this.#trailing -= chars;
    if (this.#phase === "body") this.#held += text;
    return true;
  }

  #show(text: string): void {
    this.#shown += this.#held + text;
    this.#held = "";
    this.#cutAt = undefined;
    this.#trailing = 0;
    this.#phase = "body";
  }
}

/** What a user sees of a whole text. */
export function visibleTextOf(text: string): string {
  const visible = new VisibleText();
  return visible.push(text) + visible.end();
}

/** A word without underscores around it, which may be emphasis. */
function bare(word: string): string {
  return word.replace(/^_+/u, "").replace(/(?<!_)_+$/u, "");
}

function isToken(word: string): boolean {
  const name = bare(word);
  return name === SILENT || name === HEARTBEAT;
}

function mayBecomeToken(word: string): boolean {
  if (word.length > 64) return false;
  const name = word.replace(/^_+/u, "");
  return [SILENT, HEARTBEAT].some(
    (token) => token.startsWith(name) || (name.startsWith(token) && isToken(name)),
  );
}

function withoutOpenMarkup(text: string): string {
  return text.replace(/(?:[*`~]|<[a-z]{1,10}>)+$/iu, "");
}
