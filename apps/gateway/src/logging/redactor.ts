import { MASK } from "./mask.ts";
import { compilePatterns, type RedactionPattern } from "./redaction-patterns.ts";

/** Takes secrets out of text before any sink sees it. */
export interface Redactor {
  redact(text: string): string;
  /** Whether a field of this name holds a secret, whatever its value looks like. */
  isSecretName(name: string): boolean;
  /** Registers a secret of this process: it is masked wherever it appears, even with redaction off. */
  addSecret(secret: string | undefined): void;
  /** Goes on with other patterns; the secrets stay. */
  use(options: RedactorOptions): void;
}

/** What to redact. */
export interface RedactorOptions {
  readonly isRedacting: boolean;
  /** Replaces the built-in list; `/re/flags` or a bare expression. Unsafe ones are dropped. */
  readonly patterns?: readonly string[];
}

const SECRET_NAMES =
  /^(?:api[-_]?key|(?:access|refresh|device|auth|bot|app)?[-_]?token|secret|password|passwd|authorization|cookie|private[-_]?key)$/i;
const MIN_SECRET_CHARS = 6;
const MAX_SECRETS = 256;

/** Builds a redactor. Docs: configuration.md#logging */
export function createRedactor(options: RedactorOptions): Redactor {
  let rules = compile(options);
  const secrets = new Set<string>();
  return {
    redact: (text) => rules.patterns.reduce(applyPattern, maskSecrets(text, secrets)),
    isSecretName: (name) => rules.isRedacting && SECRET_NAMES.test(name),
    addSecret: (secret) => {
      if (secret !== undefined && secret.length >= MIN_SECRET_CHARS && secrets.size < MAX_SECRETS)
        secrets.add(secret);
    },
    use: (others) => void (rules = compile(others)),
  };
}

function compile({ isRedacting, patterns }: RedactorOptions) {
  return { isRedacting, patterns: isRedacting ? compilePatterns(patterns) : [] };
}

function maskSecrets(text: string, secrets: ReadonlySet<string>): string {
  let masked = text;
  for (const secret of secrets) if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK);
  return masked;
}

function applyPattern(text: string, { expression, replace }: RedactionPattern): string {
  return text.replace(expression, (...match: unknown[]) => replace(match));
}
