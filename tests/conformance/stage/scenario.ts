import type { Entry, Frame } from "../recording/recording.ts";
import type { Answerer, GatewayKind } from "./gateways.ts";

/** How a connection introduces itself when the recording leaves its handshake out. */
export interface Introduction {
  readonly client: Readonly<Record<string, string>>;
  readonly role?: "operator" | "node";
  readonly scopes: readonly string[];
  readonly caps?: readonly string[];
  /** What a node declares. */
  readonly commands?: readonly string[];
  readonly dialect?: 3 | 4;
  readonly headers?: Headers;
  /** @default the shared secret */
  readonly auth?: Readonly<Record<string, string>>;
}

/** HTTP headers of an upgrade; `<port>` stands for the gateway's. */
export type Headers = Readonly<Record<string, string>>;

/** How a device proves itself, where it is not simply right. */
export type Proof =
  | "v2"
  | "v3"
  | "bad-signature"
  | "bad-key"
  | "pem-key"
  | "wrong-id"
  | "sorted-scopes"
  | "ten-minutes-old"
  | "ten-minutes-ahead";

/** What is sent as `agent`; `chat.send` differs only in what later says about the session. */
export interface RunParams {
  readonly method: "agent" | "chat.send";
  readonly sessionKey: string;
  readonly message: string;
  readonly idempotencyKey: string;
}

/** Something that happens outside the recorded frames. */
export type Action =
  | { readonly do: "stop-gateway" }
  | { readonly do: "send-text"; readonly text: string }
  /** Runs a message to its end, so that the gateway has something to tell. */
  | { readonly do: "run"; readonly params: RunParams; readonly device?: string }
  /** Has an administrator call a method, which must succeed. */
  | { readonly do: "call"; readonly method: string; readonly params: Frame }
  /** Waits until nodes ask for something, and approves all of it. */
  | { readonly do: "approve-nodes" }
  /** Waits until health knows of this many sessions. */
  | { readonly do: "await-sessions"; readonly count: number }
  /** Asks for the configuration; its hash is the recording's `<hash>`. */
  | { readonly do: "read-config" }
  /** Connects a client that is turned away. */
  | { readonly do: "knock"; readonly as: Introduction; readonly device: string }
  /** Connects a client and leaves again; `token` names the device token it gets. @default `<deviceToken>` */
  | {
      readonly do: "visit";
      readonly as: Introduction;
      readonly device: string;
      readonly token?: string;
    };

/** A connection that is played to its end, or only so many of its next steps. */
export type Turn = string | readonly [connection: string, steps: number];

/**
 * Stage directions: what a recording does not say but needs to be played again. Keys of maps are connection names,
 * `*` for all others, or `connection#step` for the moment before a step (the pieces of a text are one).
 */
export interface Scenario {
  /** @default "token" */
  readonly gateway?: GatewayKind;
  /** @default the one recordings of this line were made with */
  readonly model?: Answerer;
  readonly introduce?: Readonly<Record<string, Introduction>>;
  readonly proof?: Readonly<Record<string, Proof>>;
  /** Upgrade headers the recording does not tell. */
  readonly headers?: Readonly<Record<string, Headers>>;
  /** Entries before the first recorded one of the first connection. */
  readonly opening?: readonly Entry[];
  /** What is played after what; connections it does not name follow. @default as recorded */
  readonly turns?: readonly Turn[];
  /** Before anything recorded happens. */
  readonly prepare?: readonly Action[];
  readonly before?: Readonly<Record<string, Action>>;
  /** Parts of frames that came when it was recorded, but were not kept. */
  readonly unrecorded?: readonly Frame[];
  /** Parts of recorded frames that have nothing to do with the conversation. */
  readonly incidental?: readonly Frame[];
  /** How many participants that have left matter in a presence list, the latest first. @default 0 */
  readonly departures?: number;
  /** Several requests were under way: the protocol promises no order among their answers, nor with events. */
  readonly answersInAnyOrder?: boolean;
  /** Opens every connection before the first entry is played. */
  readonly isSimultaneous?: boolean;
}
