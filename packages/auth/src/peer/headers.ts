import type { PeerFacts } from "./facts.ts";

type Headers = PeerFacts["headers"];

/** All lines of a header as one comma-separated value. */
export function headerValue(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" || value === undefined ? value : value.join(", ");
}

/**
 * The value of a header that must be there exactly once. Two lines arrive joined by a comma, so a comma is refused
 * too: otherwise `a@x, b@x` could be read as either user (T-PROXY-07).
 */
export function singleHeaderValue(headers: Headers, name: string): string | undefined {
  const value = headerValue(headers, name.toLowerCase())?.normalize("NFC").trim();
  return value === undefined || value === "" || value.includes(",") ? undefined : value;
}
