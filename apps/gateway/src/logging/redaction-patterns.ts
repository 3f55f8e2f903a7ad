import { isMasked, mask } from "./mask.ts";

/** An expression and what a match of it becomes. */
export interface RedactionPattern {
  readonly expression: RegExp;
  replace(match: readonly unknown[]): string;
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

// The last non-empty group is the secret, else the whole match.
const BUILT_IN: readonly RegExp[] = [
  /\b[A-Z0-9_]*(?:_KEY|TOKEN|SECRET|PASSWORD|PASSWD)\b\s*[=:]\s*["']?([^\s"'\\,;]+)/g,
  /\b(?:api[-_]?key|token|secret|password|passwd)["']?\s*=\s*["']?([^\s"'\\,;&]+)/gi,
  /\b(?:secret|password|passwd)["']?\s*:\s*["']?([^\s"'\\,;&]+)/gi,
  // Behind a colon prose follows as well; a secret holds a digit.
  /\b(?:api[-_]?key|token)["']?\s*:\s*["']?(?=[^\s\d]*\d)([^\s"'\\,;&]{6,})/gi,
  /"(?:apiKey|token|secret|password|passwd|accessToken|refreshToken)"\s*:\s*"([^"]+)"/g,
  /--(?:api-key|token|secret|password|passwd)(?:\s+|=)["']?([^\s"']+)/g,
  /\bAuthorization\s*[:=]\s*(?:Bearer|Basic)\s+([\w.~+/=-]+)/gi,
  /\bBearer\s+([\w.~+/=-]{18,})/gi,
  /:\/\/[^\s/:@]{0,64}:([^\s/@]{1,256})@/g,
  /\b(sk-[\w-]{8,})/g,
  /\b(ghp_\w{20,})/g,
  /\b(github_pat_\w{20,})/g,
  /\b(xox[baprs]-[\w-]{10,})/g,
  /\b(xapp-[\w-]{10,})/g,
  /\b(gsk_[\w-]{10,})/g,
  /\b(AIza[\w-]{20,})/g,
  /\b(pplx-[\w-]{10,})/g,
  /\b(npm_\w{10,})/g,
  /\bbot(\d{6,}:[\w-]{20,})/g,
  /\b(\d{6,}:[\w-]{20,})/g,
];

/** Compiles the list in force: the operator's, else the built-in one with private keys. */
export function compilePatterns(custom: readonly string[] | undefined): readonly RedactionPattern[] {
  if (custom !== undefined) return custom.flatMap(compileCustom).map(maskLastGroup);
  return [
    { expression: PRIVATE_KEY, replace: ([whole]) => maskPem(String(whole)) },
    ...BUILT_IN.map(maskLastGroup),
  ];
}

function maskLastGroup(expression: RegExp): RedactionPattern {
  return {
    expression,
    replace: (match) => {
      const whole = String(match[0]);
      const offsetAt = match.findIndex((part) => typeof part === "number");
      const groups = match
        .slice(1, offsetAt)
        .filter((group): group is string => typeof group === "string" && group !== "");
      const secret = groups.at(-1) ?? whole;
      if (isMasked(secret)) return whole;
      const at = whole.lastIndexOf(secret);
      return whole.slice(0, at) + mask(secret) + whole.slice(at + secret.length);
    },
  };
}

function maskPem(key: string): string {
  const markers = key.match(/-----(?:BEGIN|END) [A-Z ]*PRIVATE KEY-----/g) ?? [];
  return [markers[0], "…redacted…", ...markers.slice(1)].join("\n");
}

function compileCustom(source: string): RegExp[] {
  const literal = /^\/(.+)\/([a-z]*)$/s.exec(source);
  const [pattern, flags] = literal
    ? [literal[1] ?? "", new Set(`${literal[2] ?? ""}g`)]
    : [source, new Set("gi")];
  if (!isSafePattern(pattern)) return [];
  try {
    return [new RegExp(pattern, [...flags].join(""))];
  } catch {
    return [];
  }
}

const MAX_PATTERN_CHARS = 500;

/** Refuses what can take exponential time: a repeated group that itself repeats or chooses (T-DOS-12). */
export function isSafePattern(pattern: string): boolean {
  if (pattern.length > MAX_PATTERN_CHARS) return false;
  const isRisky: boolean[] = [false];
  const tokens = pattern.match(/\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|[\s\S]/g) ?? [];
  for (const [index, token] of tokens.entries()) {
    if (token.startsWith("(")) {
      isRisky.push(false);
    } else if (token === ")") {
      const group = isRisky.pop() ?? false;
      if (group && isRepeat(tokens.slice(index + 1))) return false;
      if (group) isRisky[isRisky.length - 1] = true;
    } else if (token === "|" || isRepeat(tokens.slice(index))) {
      isRisky[isRisky.length - 1] = true;
    }
  }
  return true;
}

function isRepeat(tokens: readonly string[]): boolean {
  const [first] = tokens;
  return (
    first === "*" || first === "+" || (first === "{" && /^\{\d*,\d*\}/.test(tokens.slice(0, 12).join("")))
  );
}
