import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** The network between a client and a gateway, as far as it can be taken away. */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Whether new connections get through; others are cut at once. */
  isUp = true;
  /** Called with the number of bytes each time the gateway has sent some; `true` cuts that connection before them. */
  cutsBefore: (bytes: number) => boolean = () => false;

  private constructor(targetPort: number) {
    this.#server = createServer((near) => {
      this.#own(near);
      if (!this.isUp) return void near.destroy();
      const far = this.#own(connect(targetPort, "127.0.0.1"));
      near.pipe(far);
      far.on("data", (data) => {
        if (this.cutsBefore(data.length)) this.#cut(near, far);
        else near.write(data);
      });
      near.once("close", () => far.destroy());
      far.once("close", () => near.destroy());
    });
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // a TCP server has no other kind of address
    return `ws://127.0.0.1:${port}`;
  }

  /** Cuts every connection, without a word to either side. */
  cut(): void {
    this.#cut(...this.#sockets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #own(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
    return socket;
  }

  #cut(...sockets: readonly Socket[]): void {
    for (const socket of sockets) socket.resetAndDestroy();
  }
}
