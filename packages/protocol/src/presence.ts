/** One participant of the presence list: the gateway itself, a connected client, or one that left lately. */
export interface PresenceEntry {
  /** Last update, epoch ms; entries older than 300 s disappear. */
  readonly ts: number;
  readonly host?: string;
  readonly ip?: string;
  readonly version?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly mode?: string;
  readonly lastInputSeconds?: number;
  readonly reason?: string;
  readonly tags?: readonly string[];
  readonly text?: string;
  readonly deviceId?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly instanceId?: string;
}
