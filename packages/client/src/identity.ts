/** A device's Ed25519 key, wherever it is kept. Docs: protocol.md#device-identity */
export interface DeviceIdentity {
  /** Lower-case hex SHA-256 of the raw public key. */
  readonly deviceId: string;
  /** Base64url of the raw 32 bytes, without padding. */
  readonly publicKey: string;
  /** Signs UTF-8 text; base64url of the 64 bytes, without padding. */
  sign(payload: string): string | Promise<string>;
}

/** A token the gateway issued to this device for one role. */
export interface DeviceToken {
  readonly token: string;
  readonly role: string;
  readonly scopes: readonly string[];
}

/** Keeps the tokens of one device between connections. Docs: protocol.md#device-tokens */
export interface DeviceTokenStore {
  load(role: string): Promise<DeviceToken | undefined>;
  save(token: DeviceToken): Promise<void>;
  remove(role: string): Promise<void>;
}

/** What a device brings to a connection: its key and, if they are kept, the tokens issued to it. */
export interface Device {
  readonly identity: DeviceIdentity;
  readonly tokens?: DeviceTokenStore;
}
