import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type RequestOptions,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** What a proxy makes of the headers of a request before it passes it on. */
export type Rewrite = (headers: IncomingMessage["headers"]) => OutgoingHttpHeaders;

/** A reverse proxy in front of a port of this machine. */
export class HttpRelay implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param passesUpgrades whether WebSockets come through */
  static async start(targetPort: number, rewrite: Rewrite, passesUpgrades = true): Promise<HttpRelay> {
    const onwards = ({ method, url, headers }: IncomingMessage): RequestOptions => ({
      ...{ host: "127.0.0.1", port: targetPort, method, path: url, agent: false },
      headers: rewrite(headers),
    });
    const server = createServer((near, answer) => {
      const far = request(onwards(near), (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      far.on("error", () => answer.writeHead(502).end());
      near.pipe(far);
    });
    if (passesUpgrades) server.on("upgrade", (near, socket) => passUpgrade(onwards(near), socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new HttpRelay(server);
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // a TCP server has no other kind of address
    return `http://127.0.0.1:${port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function passUpgrade(onwards: RequestOptions, near: Duplex): void {
  const far = request(onwards);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
  far.on("response", ({ statusCode }) => near.end(`HTTP/1.1 ${statusCode ?? 502} Refused\r\n\r\n`));
  far.on("upgrade", (_response, socket) => {
    near.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    socket.on("error", () => near.destroy());
    near.on("close", () => socket.destroy());
    socket.pipe(near).pipe(socket);
  });
  far.end();
}
