import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers one request of a fake OpenAI-compatible server. */
export type FakeOpenAIAnswer = (res: ServerResponse, body: Record<string, unknown>) => Promise<void> | void;

/** A server on loopback that speaks as much of OpenAI's API as tests need. */
export interface FakeOpenAI extends AsyncDisposable {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly {
    readonly headers: IncomingMessage["headers"];
    readonly body: Record<string, unknown>;
  }[];
  /** Resolves when the newest request's connection was closed before its answer was complete. */
  readonly cutOff: Promise<void>;
  /** How requests are answered from now on. */
  answer: FakeOpenAIAnswer;
}

/** Starts the server on a free port. */
export async function startFakeOpenAI(answer: FakeOpenAIAnswer): Promise<FakeOpenAI> {
  const requests: { headers: IncomingMessage["headers"]; body: Record<string, unknown> }[] = [];
  let noteCutOff: () => void = () => undefined;
  const cutOff = new Promise<void>((resolve) => {
    noteCutOff = resolve;
  });
  const server = createServer((req, res) => {
    const pieces: Buffer[] = [];
    req.on("data", (piece: Buffer) => pieces.push(piece));
    req.on("end", () => {
      const body = JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>;
      requests.push({ headers: req.headers, body });
      res.on("close", () => {
        if (!res.writableEnded) noteCutOff();
      });
      void Promise.resolve(fake.answer(res, body)).catch(() => res.destroy());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const fake: FakeOpenAI = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    cutOff,
    answer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return fake;
}

/** Sends the head of a stream. */
export function openStream(res: ServerResponse): void {
  res.writeHead(200, { "content-type": "text/event-stream" });
}

/** Sends one chunk: a delta, and with `finish` its reason. */
export function sendChunk(res: ServerResponse, delta: object, finish: string | null = null): void {
  const chunk = { id: "c1", object: "chat.completion.chunk", created: 1, model: "m1" };
  res.write(
    `data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
  );
}

/** Ends a stream properly, with usage. */
export function endStream(
  res: ServerResponse,
  usage: object = { prompt_tokens: 10, completion_tokens: 6 },
): void {
  const chunk = { id: "c1", object: "chat.completion.chunk", created: 1, model: "m1", choices: [], usage };
  res.write(`data: ${JSON.stringify(chunk)}\n\n`);
  res.end("data: [DONE]\n\n");
}

/** Streams a text word by word. */
export function streamText(text: string): FakeOpenAIAnswer {
  return (res) => {
    openStream(res);
    for (const [word] of text.matchAll(/\S+\s*/gu)) sendChunk(res, { content: word });
    sendChunk(res, {}, "stop");
    endStream(res);
  };
}

/** Answers with an error the way OpenAI does. */
export function refuse(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): FakeOpenAIAnswer {
  return (res) => {
    res.writeHead(status, { "content-type": "application/json", ...headers });
    res.end(JSON.stringify({ error: { message, type: "error", code: null } }));
  };
}
