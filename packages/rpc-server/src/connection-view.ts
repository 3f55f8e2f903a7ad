import type { Grant, Peer } from "@openclaw/auth";
import type { ConnectParams, Dialect } from "@openclaw/protocol";

/**
 * One admitted connection as the rest of the gateway sees it: who it is and what it may do.
 * Everything in it was decided at `connect` and never changes.
 */
export interface ConnectionView {
  /** Random UUID of the socket; also `hello-ok.server.connId`. */
  readonly connId: string;
  /** Protocol version both ends speak on this connection. */
  readonly dialect: Dialect;
  readonly grant: Grant;
  /** What the client says about itself. Never an input of authorisation (T-AZ-04). */
  readonly client: ConnectParams["client"];
  /** Capabilities the client declared, for example `tool-events`. */
  readonly caps: ReadonlySet<string>;
  /** What a node says it can do; absent for operators. Never an input of authorisation either. */
  readonly offer?: NodeOffer;
  readonly peer: Peer;
  /** Epoch ms of the admission. */
  readonly connectedAt: number;
}

/** What a node declares in its connect. */
export interface NodeOffer {
  readonly commands: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly pathEnv?: string;
}

/** Longest text a client may leave behind about itself, and how many capabilities it may declare. */
const MAX_CHARS = 256;
const MAX_CAPS = 64;
/** The same for what a node declares; a search path is longer than a name. */
const MAX_COMMANDS = 256;
const MAX_PERMISSIONS = 64;
const MAX_PATH_CHARS = 4_096;

/** What a client says about itself, cut to what is worth keeping as long as its connection lives (T-DOS-16). */
export function selfDescription({
  client,
  caps = [],
}: Pick<ConnectParams, "client" | "caps">): Pick<ConnectionView, "client" | "caps"> {
  const texts = Object.entries(client).map(([name, text]) => [name, text?.slice(0, MAX_CHARS)] as const);
  return {
    // Safe: the same keys; ids and modes are short words, which stay whole.
    client: Object.fromEntries(texts) as ConnectParams["client"],
    caps: new Set(caps.slice(0, MAX_CAPS).map((cap) => cap.slice(0, MAX_CHARS))),
  };
}

/** What a node declares, cut in the same way. */
export function nodeOffer({
  commands = [],
  permissions,
  pathEnv,
}: Pick<ConnectParams, "commands" | "permissions" | "pathEnv">): NodeOffer {
  const entries = Object.entries(permissions ?? {}).slice(0, MAX_PERMISSIONS);
  return {
    // A name that had to be cut would be another command.
    commands: commands.filter((command) => command.length <= MAX_CHARS).slice(0, MAX_COMMANDS),
    ...(permissions !== undefined && {
      permissions: Object.fromEntries(entries.map(([name, isHeld]) => [name.slice(0, MAX_CHARS), isHeld])),
    }),
    ...(pathEnv !== undefined && { pathEnv: pathEnv.slice(0, MAX_PATH_CHARS) }),
  };
}

/** How a connection ended: code and reason of the close frame, 1006 when there was none. */
export interface Disconnect {
  readonly code: number;
  readonly reason: string;
}
