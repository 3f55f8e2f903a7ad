/** What this package needs of a WebSocket; `./node` implements it with `ws`, a browser can with its own. */
export interface Socket {
  send(text: string): void;
  /** Starts the closing handshake; without arguments the peer sees code 1005. */
  close(code?: number, reason?: string): void;
  /** Cuts the connection without a closing handshake; `closed` is still called. */
  terminate(): void;
}

/** `unreachable`: no connection; `foreign_service`: the peer's answers are not those of a WebSocket server. */
export type SocketFailure = "unreachable" | "foreign_service";

/** Receiver of a socket's life; `closed` is always the last call. */
export interface SocketListener {
  message(text: string): void;
  /** Why the socket is about to close, where the platform knows. */
  failed(cause: Error, code: SocketFailure): void;
  /** Called exactly once; 1006 when there was no close frame. */
  closed(code: number, reason: string): void;
}

/** Opens a socket to `url` at once; failures are reported to the listener, never thrown. */
export type OpenSocket = (url: string, listener: SocketListener) => Socket;
