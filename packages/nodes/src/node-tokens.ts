import { createHmac } from "node:crypto";
import { secretsEqual } from "@openclaw/auth";

/**
 * Derives the tokens of nodes that operators made requests for: base64url of HMAC-SHA-256(key, `node|nodeId|generation`).
 * None is stored (T-PAIR-13). Such a token opens nothing here; it lets a bridge ask whether a node is approved.
 */
export class NodeTokens {
  readonly #key: () => Uint8Array;

  constructor(key: () => Uint8Array) {
    this.#key = key;
  }

  derive(nodeId: string, generation: number): string {
    return createHmac("sha256", this.#key()).update(`node|${nodeId}|${generation}`).digest("base64url");
  }

  matches(token: string, nodeId: string, generation: number): boolean {
    return secretsEqual(token, this.derive(nodeId, generation));
  }
}
