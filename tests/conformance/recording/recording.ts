/** A JSON frame as recorded: volatile values are placeholders such as `<ms>` or `<uuid#2>`. */
export type Frame = Readonly<Record<string, unknown>>;

/** One thing that happened on a connection, seen from the client. */
export type Entry =
  | { readonly kind: "send"; readonly frame: Frame }
  /** Text sent as it is. */
  | { readonly kind: "send-raw"; readonly text: string }
  /** An action the recorder only described. */
  | { readonly kind: "send-noted"; readonly note: string }
  | { readonly kind: "receive"; readonly frame: Frame }
  /** A plain HTTP request, and what came back: the body is parsed JSON. */
  | { readonly kind: "send-http"; readonly method: string; readonly url: string }
  | {
      readonly kind: "receive-http";
      readonly status: unknown;
      readonly contentType: unknown;
      readonly body: unknown;
    }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  /** The client itself ended the connection. */
  | { readonly kind: "leave" };

/** One connection of a recording, its entries in the order they happened. */
export interface RecordedConnection {
  readonly name: string;
  readonly entries: readonly Entry[];
}

/** A recorded conversation. */
export interface Recording {
  /** Path below the folder of recordings, such as `v3/hs-bad-token`. */
  readonly name: string;
  readonly description: string;
  /** In the order they were recorded; they were open at the same time unless each has its own handshake. */
  readonly connections: readonly RecordedConnection[];
  /** Order across connections as (connection, entry) when the format tells it, else undefined. */
  readonly order?: readonly { readonly connection: string; readonly entry: number }[];
  /** HTTP headers of the upgrade by connection name; a name may end in `*`. */
  readonly upgradeHeaders: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Whether the connection is no WebSocket at all. */
export function isHttp({ entries }: RecordedConnection): boolean {
  return entries[0]?.kind === "send-http";
}

/** Whether the connection's handshake is part of the recording. */
export function hasHandshake(connection: RecordedConnection): boolean {
  const first = connection.entries[0];
  return first?.kind === "receive" && first.frame["event"] === "connect.challenge";
}
