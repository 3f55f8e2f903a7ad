/** What a command is run beside. */
export type Place =
  /** A gateway that answers, with its own configuration. */
  | "gateway"
  /** The same, but the command's own configuration and environment; nothing is paired. */
  | "stranger"
  /** The same with `OPENCLAW_GATEWAY_TOKEN=wrong`. */
  | "wrong token"
  /** A configuration whose port nobody listens on. */
  | "nobody"
  /** One whose port is taken by what never answers. */
  | "silence"
  /** A file that is no valid configuration. */
  | "invalid"
  /** No configuration at all. */
  | "nothing"
  /** `gateway.mode=remote` with the address of the gateway, and nobody on the local port. */
  | "remote"
  /** `gateway.mode=remote` without an address. */
  | "no remote";

/** One recorded command line, and what of its outcome others build on. */
export interface CommandRow {
  /** Name of the recording. */
  readonly name: string;
  readonly at: Place;
  /** After `openclaw`, as typed; `{url}` and `{token}` are the gateway's. */
  readonly words: string;
  readonly exitCode: number;
  /** Texts on stdout, in this order. */
  readonly out?: readonly string[];
  /** Texts on stderr, in this order. */
  readonly err?: readonly string[];
  /** Keys of the JSON on stdout, two levels deep, `[]` for the entries of a list. */
  readonly keys?: string;
  /** Where we differ on purpose. */
  readonly ours?: Ours;
}

/** Our outcome instead of the recorded one. */
export interface Ours {
  /** Section that asks for it. */
  readonly row: string;
  readonly why: string;
  readonly exitCode?: number;
  readonly words?: string;
  readonly out?: readonly string[];
  readonly err?: readonly string[];
  readonly keys?: string;
  /** Keys we leave out. */
  readonly lacks?: string;
}
