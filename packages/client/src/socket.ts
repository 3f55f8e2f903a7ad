/** What this package needs of a WebSocket. */
export interface Socket {
  send(text: string): void;
  /** Starts the closing handshake; without arguments the peer sees code 1005. */
  close(code?: number, reason?: string): void;
  /** Cuts the connection without a closing handshake; `closed` is still called. */
  terminate(): void;
}

/**
 * `unreachable`: no connection; `foreign_service`: the peer's answers are not those of a WebSocket server;
 * `untrusted`: its certificate is not accepted.
 */
export type SocketFailure = "unreachable" | "foreign_service" | "untrusted";

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

// The parts of the standard WebSocket that are used, as neither this package's types nor Node 20 have one.
interface PlatformSocket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "error", listener: (event: { readonly message?: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
}

/**
 * Opens a socket with the platform's own `WebSocket`: a browser's, or that of Node 22 and later.
 *
 * @throws {TypeError} the platform has none
 */
export const openPlatformSocket: OpenSocket = (url, listener) => {
  const { WebSocket } = globalThis as { readonly WebSocket?: new (url: string) => PlatformSocket };
  if (WebSocket === undefined) {
    throw new TypeError("this platform has no WebSocket: use connectNode of @openclaw/client/node");
  }
  const socket = new WebSocket(url);
  let wasOpen = false;
  let isOver = false;
  const over = (code: number, reason: string) => {
    if (isOver) return;
    isOver = true;
    listener.closed(code, reason);
  };
  socket.addEventListener("open", () => (wasOpen = true));
  socket.addEventListener("message", ({ data }) => {
    if (!isOver && typeof data === "string") listener.message(data);
  });
  socket.addEventListener("error", ({ message }) => {
    const text = typeof message === "string" && message !== "" ? message : "the socket failed";
    if (!isOver) listener.failed(new Error(text), "unreachable");
    // A socket that never opened ends with 1006 anyway; that of Node 22 does not even say so.
    if (!wasOpen) over(1006, "");
  });
  socket.addEventListener("close", ({ code, reason }) => over(code, reason));
  return {
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(allowedCode(code), reason),
    // There is no way to cut it: it is left to close by itself, and nobody listens any more.
    terminate: () => {
      socket.close();
      over(1006, "");
    },
  };
};

// Pages may close with 1000 and 3000..4999 only: 1008 becomes 4008.
function allowedCode(code: number | undefined): number | undefined {
  return code === undefined || code === 1000 || code >= 3000 ? code : code + 3000;
}
