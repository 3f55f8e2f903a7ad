/** What a listener knows about the other side of a socket, before any judgement. */
export interface PeerFacts {
  /** Address of the TCP peer as the socket reports it. */
  readonly remoteAddress: string;
  /** Request headers under lower-case names; a repeated header may be an array. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly tls?: boolean;
}

/** A peer after the proxy rules. */
export interface Peer {
  /** Canonical address of the client: the TCP peer, or whom a trusted proxy names. Empty when unknown. */
  readonly clientIp: string;
  /** Direct loopback peer, local `Host`, no forwarding header. */
  readonly isLocal: boolean;
  /** The TCP peer itself is loopback. */
  readonly isLoopbackPeer: boolean;
  readonly origin?: string;
  readonly host?: string;
  /** Forwarding headers without a trusted proxy behind them: admission is refused (T-PROXY-01). */
  readonly proxyUnattributed: boolean;
  /**
   * `tailscale serve` seems to forward for `clientIp`; set for WebSockets only. Nobody has confirmed it before the
   * connect is judged.
   */
  readonly isServed?: true;
}
