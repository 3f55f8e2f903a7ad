import { AgentsError } from "../errors.ts";

/**
 * Brings a message into the one form everything later works on: NFC, without control characters other than tab and
 * line breaks.
 * @throws {AgentsError} null_bytes
 */
export function cleanMessage(text: string): string {
  if (text.includes("\0")) throw new AgentsError("null_bytes", "message must not contain null bytes");
  return text.normalize("NFC").replace(/(?![\t\n\r])\p{Cc}/gu, "");
}

/** Cuts a text to a number of UTF-16 units without splitting a character. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const isSplit = /[\ud800-\udbff]/u.test(text.charAt(maxChars - 1));
  return text.slice(0, isSplit ? maxChars - 1 : maxChars);
}

/** One line, cut to a number of characters with an ellipsis. */
export function previewOf(text: string, maxChars: number): string {
  const line = cutText(text, maxChars * 4)
    .replace(/\s+/gu, " ")
    .trim();
  return line.length <= maxChars ? line : `${cutText(line, maxChars - 1).trimEnd()}…`;
}
