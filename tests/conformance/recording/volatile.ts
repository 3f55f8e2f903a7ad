import { at, isObject } from "./json.ts";

/** What a raw recording holds in place of a secret, by the placeholder that stands for it. */
const REDACTED: ReadonlyMap<string, string> = new Map([
  ["REDACTED_TOKEN", "<gatewayToken>"],
  ["WRONG_TOKEN", "<wrongToken>"],
  ["REDACTED_PUBLIC_KEY", "<publicKey>"],
  ["REDACTED_SIGNATURE", "<signature>"],
  ["REDACTED_DEVICE_TOKEN", "<deviceToken>"],
]);

/** Versions of the gateways that were recorded: the product's version is no part of the protocol. */
const VERSIONS = new Set(["dev", "unknown", "2026.9.6"]);

/** Measured numbers that are not epoch times. */
const MEASURED = new Set(["pid", "durationMs", "age", "uptimeMs", "runtimeMs", "presence", "health"]);

const ENVIRONMENT: readonly (readonly [RegExp, string])[] = [
  [/gateway-host/g, "<host>"],
  [/192\.0\.2\.10/g, "<ip>"],
  [/\/home\/user\/\.openclaw/g, "<stateDir>"],
  [/app (?:unknown|2026\.9\.6)/g, "app <version>"],
  [/^linux \d+\.\d+\.\d+$/g, "<platform>"],
];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DEVICE_ID = /^[0-9a-f]{64}$/;

/**
 * Replaces what a raw recording holds of its moment (times, ids, nonces, host) by placeholders, numbered so that equal
 * values stay equal. Ids the client chose itself stay: the gateway has to echo them. Placeholders pass unchanged.
 */
export function replaceVolatile(steps: readonly RawStep[]): readonly RawStep[] {
  const numbers = new Map<string, Map<string, string>>();
  const numbered = (kind: string, value: string) => {
    const known = numbers.get(kind) ?? new Map<string, string>();
    numbers.set(kind, known);
    const index = known.size + 1;
    const placeholder = known.get(value) ?? (index === 1 ? `<${kind}>` : `<${kind}#${index}>`);
    known.set(value, placeholder);
    return placeholder;
  };
  const nonces = new Set(steps.map((step) => at(step.frame, "payload", "nonce")));
  const chosen = chosenIds(steps, nonces);
  const challengedAt = new Map(steps.flatMap((step) => challenge(step)));

  const replace = (value: unknown, key: string, step: RawStep): unknown => {
    if (Array.isArray(value)) return value.map((item) => replace(item, key, step));
    if (isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [name, replace(member, name, step)]),
      );
    }
    if (typeof value === "number") return replaceNumber(value, key, challengedAt.get(step.connection));
    if (typeof value !== "string" || value.startsWith("<")) return value;
    if (nonces.has(value)) return numbered("nonce", value);
    if (UUID.test(value) && !chosen.has(value)) return numbered("uuid", value);
    if (DEVICE_ID.test(value) && !/^0+$/.test(value)) return numbered("deviceId", value);
    if (key === "deviceToken" && value === "REDACTED") return "<deviceToken>";
    if (key === "version" && VERSIONS.has(value)) return step.isSent ? value : "<version>";
    const replaced = REDACTED.get(value);
    if (replaced !== undefined) return replaced;
    return step.isSent
      ? value
      : ENVIRONMENT.reduce((text, [pattern, name]) => text.replace(pattern, name), value);
  };
  return steps.map((step) => (step.frame ? { ...step, frame: replace(step.frame, "", step) } : step));
}

/** One entry of a recording file, before its frame is interpreted. */
export interface RawStep {
  readonly connection: string;
  readonly isSent: boolean;
  readonly frame?: unknown;
  readonly raw?: string;
  readonly note?: string;
  readonly close?: { readonly code: number; readonly reason: string };
}

function replaceNumber(value: number, key: string, challengeTs: number | undefined): unknown {
  if (MEASURED.has(key)) return "<int>";
  if (value < 1e12) return value;
  const offset = key === "signedAt" && challengeTs !== undefined ? value - challengeTs : 0;
  return Math.abs(offset) > 60_000 ? `<ms${offset > 0 ? "+" : ""}${offset}>` : "<ms>";
}

function challenge({ connection, frame }: RawStep): [string, number][] {
  const ts = at(frame, "payload", "ts");
  return at(frame, "event") === "connect.challenge" && typeof ts === "number" ? [[connection, ts]] : [];
}

function chosenIds(steps: readonly RawStep[], nonces: ReadonlySet<unknown>): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === "string" && UUID.test(value) && !nonces.has(value)) found.add(value);
    else if (Array.isArray(value) || isObject(value)) Object.values(value).forEach(collect);
  };
  for (const { isSent, frame } of steps) if (isSent) collect(frame);
  return found;
}
