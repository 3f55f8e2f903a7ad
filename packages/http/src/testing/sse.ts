/** Splits the text of an event stream into frames: parsed `data:` values, and comments as `{comment}`. */
export function parseSse(text: string): unknown[] {
  return text
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => {
      if (frame.startsWith(": ")) return { comment: frame.slice(2) };
      const data = frame.replace(/^data: /, "");
      return data === "[DONE]" ? data : (JSON.parse(data) as unknown);
    });
}
