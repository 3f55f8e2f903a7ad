import { once } from "node:events";
import { WebSocket } from "ws";

/** The secret of every gateway the harness starts. */
export const TOKEN = "bench-0123456789abcdef0123456789abcdef";

const CONNECT = {
  client: { id: "gateway-client", version: "1", platform: "linux", mode: "backend" },
  role: "operator",
  scopes: ["operator.admin", "operator.read", "operator.write"],
  caps: [],
  auth: { token: TOKEN },
};

/**
 * A plain client, the same for both servers: it must not be what is measured.
 *
 * @typedef {object} Connection
 * @property {(method: string, params?: unknown) => Promise<unknown>} request
 * @property {(event: string, heard: (text: string) => void) => void} onEvent with the frame's text
 * @property {() => void} close
 * @property {() => Promise<void>} leave closes, and waits until the server has closed too
 */

/**
 * @typedef {object} ConnectOptions
 * @property {3 | 4} [dialect] default 4
 * @property {ReturnType<typeof import("./device.mjs").createDevice>} [device] signs the connect
 * @property {string} [instanceId] connections of one instance are one entry of the presence list
 */

/**
 * Connects once and goes through the handshake.
 *
 * @param {number} port
 * @param {ConnectOptions} [options]
 * @returns {Promise<Connection>}
 */
export function connect(port, { dialect = 4, device = (params) => params, instanceId } = {}) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    /** @type {Map<string, { resolve: (payload: unknown) => void; reject: (error: Error) => void }>} */
    const pending = new Map();
    /** @type {{ event: string; heard: (text: string) => void }[]} */
    const hearers = [];
    let lastId = 0;

    const request = (/** @type {string} */ method, /** @type {unknown} */ params = {}) =>
      new Promise((answer, refuse) => {
        const id = String(++lastId);
        pending.set(id, { resolve: answer, reject: refuse });
        socket.send(JSON.stringify({ type: "req", id, method, params }));
      });
    const onEvent = (/** @type {string} */ event, /** @type {(text: string) => void} */ heard) =>
      void hearers.push({ event, heard });
    const leave = async () => {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    };
    const connection = { request, onEvent, leave, close: () => socket.terminate() };

    socket.on("error", reject);
    socket.on("close", (code, reason) => {
      const error = new Error(`closed: ${code} ${reason.toString()}`);
      reject(error);
      for (const call of pending.values()) call.reject(error);
    });
    socket.on("message", (data) => {
      const text = data.toString();
      const frame = JSON.parse(text);
      if (frame.type === "res") {
        const call = pending.get(frame.id);
        pending.delete(frame.id);
        if (frame.ok) call?.resolve(frame.payload);
        else call?.reject(new Error(JSON.stringify(frame.error)));
      } else if (frame.event === "connect.challenge") {
        const client = { ...CONNECT.client, ...(instanceId !== undefined && { instanceId }) };
        const params = { minProtocol: dialect, maxProtocol: dialect, ...CONNECT, client };
        request("connect", device(params, frame.payload)).then(() => resolve(connection), reject);
      } else {
        for (const { event, heard } of hearers) if (event === frame.event) heard(text);
      }
    });
  });
}

/**
 * Connects to a server that is just starting: tries again, without a pause worth measuring, until the handshake is over.
 *
 * @param {number} port
 * @param {{ readonly isRunning: boolean; readonly output: string }} server
 * @returns {Promise<Connection>}
 */
export async function connectWhenReady(port, server) {
  const deadline = performance.now() + 20_000;
  for (;;) {
    try {
      return await connect(port);
    } catch (error) {
      if (!server.isRunning || performance.now() > deadline) {
        throw new Error(`no hello: ${error instanceof Error ? error.message : error}\n${server.output}`, {
          cause: error,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
