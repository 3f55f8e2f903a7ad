import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer, type WebSocket } from "ws";

import { root } from "../../support/gateway-process.ts";
import type { Scene } from "./scene.ts";

type Frame = Readonly<Record<string, unknown>>;
type Step = { readonly conn?: unknown; readonly dir: string; readonly frame?: Frame; readonly close?: Close };
interface Close {
  readonly code: number;
  readonly reason?: string;
}

/** Where recordings of other gateways are, when they are there. */
export const RECORDINGS =
  process.env["CONFORMANCE_TRACES"] ?? fileURLToPath(new URL("../shared/traces", `file://${root}/`));
export const hasRecordings = existsSync(RECORDINGS);

/** What to play. */
export interface Take {
  /** Path below the folder, such as `v3/chat-send`. */
  readonly name: string;
  /** Which of its connections; the only one by default. */
  readonly conn?: string;
  /** A recording whose handshake comes first, for one that starts later. */
  readonly handshake?: string;
  readonly options?: Scene["options"];
  readonly lacks?: Scene["lacks"];
}

/**
 * A gateway that says what another one said, to whoever asks the same in the same order: its events and answers come as
 * recorded, the answers under the ids of the client at hand. What was not recorded is `UNAVAILABLE`.
 */
export async function playRecording({ name, conn, handshake, options, lacks }: Take): Promise<Scene> {
  const steps = [
    ...(handshake === undefined ? [] : await readSteps(handshake, undefined)),
    ...(await readSteps(name, conn)),
  ];
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (socket) => play(socket, steps));
  await once(server, "listening");
  const sent = steps.filter(({ dir }) => isSent(dir)).map(({ frame }) => frame);
  const params = Object.fromEntries(
    sent.flatMap((frame) => (frame ? [[frame["method"], frame["params"]]] : [])),
  );
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    options: options ?? {},
    params: params as Scene["params"],
    ...(lacks && { lacks }),
    [Symbol.asyncDispose]: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const isSent = (dir: string) => dir === "out" || dir === ">";

async function readSteps(name: string, conn: string | undefined): Promise<Step[]> {
  const text = await readFile(join(RECORDINGS, `${name}.json`), "utf8");
  // Times are told as placeholders in some recordings; the client takes those for no challenge at all.
  const { frames } = JSON.parse(text.replaceAll('"<ms>"', String(Date.now()))) as { frames: Step[] };
  const mine = frames.filter((step) => conn === undefined || step.conn === conn);
  return mine.map((step) => {
    if (step.frame?.["ws"] !== "close") return step;
    const { code, reason } = step.frame as unknown as Close;
    return { dir: step.dir, close: { code, ...(reason !== undefined && { reason }) } };
  });
}

function play(socket: WebSocket, steps: readonly Step[]): void {
  const ids = new Map<unknown, unknown>();
  let next = 0;
  const send = (frame: Frame) => socket.send(JSON.stringify(frame));
  // Up to the next thing the client has to say.
  const proceed = (end: number) => {
    for (; next < end; next += 1) {
      const { dir, frame, close } = steps[next]!;
      if (close && !isSent(dir)) socket.close(close.code, close.reason);
      else if (frame?.["type"] === "event") send(frame);
      else if (frame?.["type"] === "res" && ids.has(frame["id"]))
        send({ ...frame, id: ids.get(frame["id"]) });
    }
  };
  const nextSent = (isMatch: (step: Step) => boolean) =>
    steps.findIndex(
      (step, index) => index >= next && isSent(step.dir) && step.frame?.["type"] === "req" && isMatch(step),
    );
  const untilClient = () => {
    const index = nextSent(() => true);
    proceed(index === -1 ? steps.length : index);
  };
  // Requests somebody else made in between are passed over, with their answers.
  const untilAnswered = (id: unknown) =>
    proceed(steps.findLastIndex(({ frame }) => frame?.["type"] === "res" && frame["id"] === id) + 1);
  socket.on("message", (data: Buffer) => {
    const { id, method } = JSON.parse(data.toString("utf8")) as Frame;
    const index = nextSent(({ frame }) => frame?.["method"] === method);
    if (index === -1) {
      send({ type: "res", id, ok: false, error: { code: "UNAVAILABLE", message: "not in the recording" } });
      return;
    }
    proceed(index);
    const recordedId = steps[index]!.frame!["id"];
    ids.set(recordedId, id);
    next = index + 1;
    untilAnswered(recordedId);
    untilClient();
  });
  untilClient();
}
