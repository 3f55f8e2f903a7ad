import type { ContextMessage, ResolvedModel, Usage } from "./types.ts";

/** Characters a token stands for where a provider does not count. */
const CHARS_PER_TOKEN = 4;

/** Usage of nothing. */
export const NO_USAGE: Usage = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
};

/** Token counts with their price. */
export function usageOf(
  tokens: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead?: number;
    readonly cacheWrite?: number;
  },
  price: ResolvedModel["price"],
): Usage {
  const { input, output, cacheRead = 0, cacheWrite = 0 } = tokens;
  const cost = {
    input: (input * price.input) / 1e6,
    output: (output * price.output) / 1e6,
    cacheRead: (cacheRead * price.cacheRead) / 1e6,
    cacheWrite: (cacheWrite * price.cacheWrite) / 1e6,
  };
  const total = cost.input + cost.output + cost.cacheRead + cost.cacheWrite;
  return {
    input,
    output,
    cacheRead,
    cacheWrite,
    totalTokens: input + output + cacheRead + cacheWrite,
    cost: { ...cost, total },
  };
}

/** Sum of several calls. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    totalTokens: a.totalTokens + b.totalTokens,
    cost: {
      input: a.cost.input + b.cost.input,
      output: a.cost.output + b.cost.output,
      cacheRead: a.cost.cacheRead + b.cost.cacheRead,
      cacheWrite: a.cost.cacheWrite + b.cost.cacheWrite,
      total: a.cost.total + b.cost.total,
    },
  };
}

/** Tokens a text of that many characters roughly has. */
export function estimateTokens(chars: number): number {
  return Math.ceil(chars / CHARS_PER_TOKEN);
}

/** Characters of a context, images not counted. */
export function contextChars(messages: readonly ContextMessage[]): number {
  let chars = 0;
  for (const message of messages) {
    for (const part of message.content) {
      if (part.type === "text") chars += part.text.length;
      else if (part.type === "toolCall")
        chars += part.name.length + JSON.stringify(part.arguments ?? null).length;
    }
  }
  return chars;
}
