/**
 * Breaks a text into lines of a width, between words. A word that is wider gets lines of its own, cut unless it is to
 * stay whole.
 */
export function wrap(text: string, width: number, words: "whole words" | "cut words"): string[] {
  const parts = text.split(" ").flatMap((word) => (words === "cut words" ? chunks(word, width) : [word]));
  const lines = [""];
  for (const word of parts) {
    const current = lines.at(-1) ?? "";
    const longer = current === "" ? word : `${current} ${word}`;
    if (longer.length <= width || current === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function chunks(word: string, width: number): string[] {
  if (word.length <= width) return [word];
  return word.match(new RegExp(`.{1,${width}}`, "gu")) ?? [word];
}
