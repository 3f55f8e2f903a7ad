import { createHash } from "node:crypto";
import type { NamedToken } from "../policy.ts";

/** A named token a test made: the text its holder sends, and the entry the operator keeps. */
export interface TestNamedToken {
  readonly text: string;
  readonly entry: NamedToken;
}

/** Makes a named token with the usual entry; `entry` changes it. The same name gives the same text. */
export function createTestNamedToken(name: string, entry: Partial<NamedToken> = {}): TestNamedToken {
  const secret = createHash("sha256").update(`secret of ${name}`).digest("base64url");
  const text = `oct_${name}_${secret}`;
  const hash = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return { text, entry: { name, hash, role: "operator", scopes: ["operator.read"], ...entry } };
}
