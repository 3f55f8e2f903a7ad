import type { DeviceToken, DeviceTokenStore } from "./identity.ts";

type Tokens = Readonly<Record<string, unknown>>;

/** Where the tokens of one device are kept, as parsed JSON. */
export interface TokenFile {
  /** `undefined` when there is nothing readable. */
  read(): Promise<unknown>;
  replace(content: unknown): Promise<void>;
}

/**
 * Tokens issued to one device, kept as
 * `{"version":1,"deviceId":"5647…","tokens":{"operator":{"token":"…","role":"operator","scopes":[],"updatedAtMs":1}}}`.
 * Tokens of another device are never handed out; the first `save` drops them.
 *
 * Docs: protocol.md#device-tokens
 */
export function createTokenStore(file: TokenFile, deviceId: string, now: () => number): DeviceTokenStore {
  const read = async () => tokensOf(await file.read(), deviceId);
  const write = (tokens: Tokens) => file.replace({ version: 1, deviceId, tokens });
  return {
    load: async (role) => parseToken((await read())[role]),
    save: async (token) => {
      const tokens = await read();
      if (isSame(parseToken(tokens[token.role]), token)) return;
      await write({ ...tokens, [token.role]: { ...token, updatedAtMs: now() } });
    },
    remove: async (role) => {
      const { [role]: removed, ...others } = await read();
      if (removed !== undefined) await write(others);
    },
  };
}

function tokensOf(content: unknown, owner: string): Tokens {
  if (typeof content !== "object" || content === null) return {};
  const { deviceId, tokens }: { deviceId?: unknown; tokens?: unknown } = content;
  return deviceId === owner && typeof tokens === "object" && tokens !== null ? { ...tokens } : {};
}

function parseToken(entry: unknown): DeviceToken | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const { token, role, scopes }: Partial<Record<keyof DeviceToken, unknown>> = entry;
  if (typeof token !== "string" || typeof role !== "string" || !Array.isArray(scopes)) return undefined;
  return { token, role, scopes: scopes.filter((scope) => typeof scope === "string") };
}

function isSame(known: DeviceToken | undefined, issued: DeviceToken): boolean {
  return known?.token === issued.token && known.scopes.join() === issued.scopes.join();
}
