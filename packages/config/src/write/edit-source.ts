import type { ArrayNode, ObjectNode, Token, ValueNode } from "@humanwhocodes/momoa";
import { renderKey, renderValue, type Style } from "./render-value.ts";

/** A text and what its tokens are, comments included. */
export interface Source {
  readonly text: string;
  readonly tokens: readonly Token[];
}
/** A node that holds items between brackets, separated by commas. */
export type ListNode = ObjectNode | ArrayNode;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A stretch of a text and what stands there instead. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** Writes `value` over the value of `node`. */
export function replaceValue(source: Source, node: ValueNode, value: unknown): readonly TextEdit[] {
  const { start, end } = spanOf(node);
  const quote = source.text.charAt(start) === "'" ? "'" : '"';
  const style = { ...styleOf(source, undefined), quote } as const;
  return [{ start, end, text: renderValue(value, style, indentAt(source.text, start)) }];
}

/** What is added to a list: an element, whose key says nothing, or a member. */
export interface NewItem {
  readonly key: string;
  readonly value: unknown;
}

/** Adds items behind the last one, in the layout the list has. */
export function insertItems(source: Source, list: ListNode, items: readonly NewItem[]): readonly TextEdit[] {
  const { text } = source;
  const last = itemsOf(list).at(-1);
  const style = styleOf(source, list);
  const closing = spanOf(list).end - 1;
  const outer = indentAt(text, spanOf(list).start);
  const bodies = (indent: string, separator: string) =>
    items
      .map(({ key, value }) => {
        const label = list.type === "Object" ? `${renderKey(key, style)}: ` : "";
        return label + renderValue(value, style, indent);
      })
      .join(`,${separator}`);
  if (last === undefined) {
    const inner = outer + style.unit;
    const isOnOwnLine = /[\n\r][^\S\n\r]*$/.test(text.slice(0, closing));
    const start = isOnOwnLine ? lineStart(text, closing) : closing;
    const lead = isOnOwnLine ? "" : style.eol;
    const body = bodies(inner, style.eol + inner);
    return [{ start, end: closing, text: `${lead}${inner}${body}${style.eol}${outer}` }];
  }
  const comma = source.tokens.find((token) => token.type === "Comma" && isBetween(token, last.end, closing));
  const isSpread = /[\n\r]/.test(text.slice(last.end, closing));
  const startsLine = text.slice(lineStart(text, last.start), last.start).trim() === "";
  const inner = startsLine ? indentAt(text, last.start) : outer + style.unit;
  const separator = isSpread ? style.eol + inner : " ";
  const body = bodies(isSpread ? inner : outer, separator);
  const end = comma === undefined ? last.end : spanOf(comma).end;
  return [
    ...(comma === undefined ? [{ start: last.end, end: last.end, text: "," }] : []),
    {
      start: lineCommentEnd(source, end),
      end: lineCommentEnd(source, end),
      text: separator + body + (comma ? "," : ""),
    },
  ];
}

/** Takes an item out with one comma; comments stay, and a line that becomes empty goes. */
export function removeItem(source: Source, list: ListNode, index: number): readonly TextEdit[] {
  const items = itemsOf(list);
  const item = items[index];
  if (item === undefined) return [];
  const following = items[index + 1]?.start ?? spanOf(list).end - 1;
  const previous = items[index - 1]?.end ?? spanOf(list).start;
  const commas = source.tokens.filter((token) => token.type === "Comma").map(spanOf);
  const comma =
    commas.find(({ start }) => start >= item.end && start < following) ??
    commas.find(({ start }) => start >= previous && start < item.start);
  const cuts = comma === undefined ? [item] : [item, comma];
  return joinSpans(source.text, cuts).map((cut) => ({ ...wholeLine(source.text, cut), text: "" }));
}

/** The text with its edits made; they do not overlap. */
export function splice(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let from = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}

/** Joins neighbouring spans that only blanks separate. */
function joinSpans(text: string, spans: readonly Span[]): readonly Span[] {
  const [first, second] = [...spans].sort((a, b) => a.start - b.start);
  if (first === undefined || second === undefined) return spans;
  const isBlank = text.slice(first.end, second.start).trim() === "";
  return isBlank ? [{ start: first.start, end: second.end }] : [first, second];
}

/** Widens a cut to its whole line when nothing else stands there, else to the blanks behind it. */
function wholeLine(text: string, { start, end }: Span): Span {
  const from = lineStart(text, start);
  const rest = /^[^\S\n\r]*/.exec(text.slice(end))?.[0].length ?? 0;
  const isAlone = text.slice(from, start).trim() === "";
  const eol = /^(\r\n|\n|\r)/.exec(text.slice(end + rest))?.[0].length ?? 0;
  if (isAlone && eol > 0) return { start: from, end: end + rest + eol };
  return { start, end: text.charAt(end - 1) === "," ? end + rest : end };
}

function itemsOf(list: ListNode): readonly Span[] {
  return list.type === "Object"
    ? list.members.map(spanOf)
    : list.elements.map((element) => spanOf(element.value));
}

function spanOf({ range, loc }: Pick<ValueNode, "range" | "loc">): Span {
  return range === undefined
    ? { start: loc.start.offset, end: loc.end.offset }
    : { start: range[0], end: range[1] };
}

function isBetween(token: Token, start: number, end: number): boolean {
  const span = spanOf(token);
  return span.start >= start && span.end <= end;
}

/** Offset behind the comments that follow on the same line: they belong to what stands before them. */
function lineCommentEnd({ text, tokens }: Source, from: number): number {
  const newline = text.slice(from).search(/[\n\r]/);
  const line = newline < 0 ? text.length : from + newline;
  const comments = tokens.filter(({ type }) => type === "LineComment" || type === "BlockComment").map(spanOf);
  let end = from;
  for (const comment of comments) {
    if (comment.start >= end && comment.start < line && text.slice(end, comment.start).trim() === "")
      end = comment.end;
  }
  return end;
}

function lineStart(text: string, offset: number): number {
  // A search from before the start would look at the start.
  return offset === 0
    ? 0
    : Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

function indentAt(text: string, offset: number): string {
  return /^[^\S\n\r]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? "";
}

function styleOf({ text, tokens }: Source, list: ListNode | undefined): Style {
  const name = list?.type === "Object" ? list.members.at(-1)?.name : undefined;
  return {
    eol: /\r\n|\n|\r/.exec(text)?.[0] ?? "\n",
    unit: /[\n\r]([^\S\n\r]+)[^\s*]/.exec(text)?.[1] ?? "  ",
    quote: name?.type === "String" && text.charAt(spanOf(name).start) === "'" ? "'" : '"',
    bareKeys:
      name === undefined ? tokens.some(({ type }) => type === "Identifier") : name.type === "Identifier",
  };
}
