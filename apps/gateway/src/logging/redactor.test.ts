import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mask } from "./mask.ts";
import { isSafePattern } from "./redaction-patterns.ts";
import { createRedactor } from "./redactor.ts";

const SECRET = "s3cr3tVALUE0123456789abcdef";
const redactor = createRedactor({ isRedacting: true });

describe("createRedactor", () => {
  test.each([
    `OPENAI_API_KEY=${SECRET}`,
    `GATEWAY_TOKEN: "${SECRET}"`,
    `token=${SECRET}&x=1`,
    `token: ${SECRET}`,
    `password: hunter-${SECRET}`,
    `http://h/#token=${SECRET}`,
    `{"apiKey":"${SECRET}","a":1}`,
    `{"accessToken": "${SECRET}"}`,
    `openclaw gateway --token ${SECRET} --port 1`,
    `--password=${SECRET}`,
    `Authorization: Bearer ${SECRET}`,
    `sent Bearer ${SECRET} to`,
    `https://user:${SECRET}@host/path`,
    `key sk-${SECRET}`,
    `ghp_${SECRET} ok`,
    `github_pat_${SECRET}`,
    `xoxb-${SECRET}`,
    `xapp-${SECRET}`,
    `gsk_${SECRET}`,
    `AIza${SECRET}`,
    `pplx-${SECRET}`,
    `npm_${SECRET}`,
    `https://api.telegram.org/bot123456789:${SECRET}/getMe`,
    `123456789:${SECRET}`,
    `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\n${SECRET}`,
  ])("T-LOG-03 hides the secret in %j", (text) => {
    expect(redactor.redact(text)).not.toContain(SECRET);
  });

  test.each([
    "auth token was missing. Generated a new token and saved it to config (gateway.auth.token).",
    "Token: gateway.auth.token in ~/.openclaw/openclaw.json",
    "token: missing",
    "listening on ws://127.0.0.1:18789, ws://[::1]:18789 (PID 1)",
    "sessionKey=agent:main:main runId=chatcmpl_1",
  ])("leaves ordinary lines alone: %s", (text) => {
    expect(redactor.redact(text)).toBe(text);
  });

  test("keeps the words around a secret and both ends of a long one", () => {
    expect(redactor.redact(`a TOKEN=${SECRET} b`)).toBe("a TOKEN=s3cr3t…cdef b");
    expect(redactor.redact("a TOKEN=short b")).toBe("a TOKEN=*** b");
  });

  test("T-LOG-03 never lets a registered secret through, even with redaction off", () => {
    const off = createRedactor({ isRedacting: false });
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 40 }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          fc.pre(!"***".includes(secret) && !(before + "***" + after).includes(secret));
          const own = createRedactor({ isRedacting: false });
          own.addSecret(secret);
          expect(own.redact(before + secret + after)).not.toContain(secret);
        },
      ),
      { seed: 20261122 },
    );
    expect(off.redact("TOKEN=visible-on-request")).toBe("TOKEN=visible-on-request");
  });

  test("knows the names of secret fields", () => {
    expect(["token", "apiKey", "Authorization", "deviceToken", "password"].every(redactor.isSecretName)).toBe(
      true,
    );
    expect(["tokens", "sessionKey", "key", "name"].some(redactor.isSecretName)).toBe(false);
  });

  test("uses the operator's patterns instead of the built-in ones, and drops what it cannot use", () => {
    const own = createRedactor({ isRedacting: true, patterns: ["/card-(\\d+)/", "PIN \\d+", "(", "(a+)+$"] });
    expect(own.redact("card-1234 pin 99 TOKEN=abc")).toBe("card-*** *** TOKEN=abc");
  });
});

describe("isSafePattern", () => {
  test.each(["(a+)+$", "(a|b)*c", "(?:x*)*", "((a+)b)+", "(a{1,9}){2,}", "a".repeat(501)])(
    "T-DOS-12 refuses %s",
    (pattern) => {
      expect(isSafePattern(pattern)).toBe(false);
    },
  );

  test.each(["a+b*", "(?:ab)+", "(a+)b", "[+*|]+", "\\(a+\\)+", "sk-(\\w{8,})", "(a|b)c"])(
    "accepts %s",
    (pattern) => {
      expect(isSafePattern(pattern)).toBe(true);
    },
  );
});

describe("mask", () => {
  test.each([
    ["seventeen-chars-x", "***"],
    ["eighteen-chars-xyz", "eighte…-xyz"],
  ])("shows of %s only %s", (secret, shown) => {
    expect(mask(secret)).toBe(shown);
  });
});
