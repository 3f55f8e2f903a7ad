import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

import { at } from "../recording/json.ts";

/** A model of the recordings: what it says, in which pieces, and what it counts. */
interface ScriptedModel {
  readonly provider: string;
  readonly name: string;
  readonly pieces: readonly string[];
  /** What it counts up with when it is asked to be slow. */
  readonly slowWord: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The models the recorded gateways talked to. */
export const MODELS = {
  "fake-1": {
    provider: "fake",
    name: "Fake One",
    pieces: ["Hello ", "from ", "fake ", "model."],
    slowWord: "w",
    promptTokens: 11,
    completionTokens: 5,
  },
  m1: {
    provider: "mock",
    name: "Mock One",
    pieces: ["word0 ", "word1 ", "word2 ", "word3 ", "word4 ", "word5 "],
    slowWord: "word",
    promptTokens: 10,
    completionTokens: 6,
  },
  "mock-1": {
    provider: "mock",
    name: "Mock 1",
    pieces: [
      "Hello",
      " from",
      " the",
      " mock",
      " model,",
      " streaming",
      " one",
      " word",
      " at",
      " a",
      " time",
      ".",
    ],
    slowWord: "w",
    promptTokens: 10,
    completionTokens: 12,
  },
} as const satisfies Record<string, ScriptedModel>;

/** Messages the recorded models failed on: status and text. */
const FAILURES: readonly (readonly [string, number, string])[] = [
  ["FAILNOW", 400, "mock failure"],
  ["UPSTREAM401", 401, "Incorrect API key provided (fake)"],
];

const PAUSE_MS = 5;
const SLOW_PAUSE_MS = 30;

/** Id of a scripted model. */
export type ModelId = keyof typeof MODELS;

/** An OpenAI-compatible provider that says what the recorded ones said. */
export interface ModelProvider {
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** Starts the provider on a free port. A message with the word SLOW is answered slowly and at length, to be aborted. */
export async function startModelProvider(): Promise<ModelProvider> {
  const server = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on("data", (chunk: Buffer) => body.push(chunk));
    request.on("end", () => {
      void answer(JSON.parse(Buffer.concat(body).toString()), response).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(request: unknown, response: ServerResponse): Promise<void> {
  const message = lastUserText(request);
  const failure = FAILURES.find(([word]) => message.includes(word));
  if (failure) {
    const [, status, text] = failure;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: text, type: "scripted" } }));
    return;
  }
  const id = at(request, "model");
  const model: ScriptedModel = MODELS[typeof id === "string" && id in MODELS ? (id as ModelId) : "m1"];
  const isSlow = message.includes("SLOW");
  const pieces = isSlow
    ? Array.from({ length: 40 }, (_, count) => `${model.slowWord}${count} `)
    : model.pieces;
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of pieces) {
    if (response.destroyed) return;
    response.write(
      chunk(id, { choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }] }),
    );
    await pause(isSlow ? SLOW_PAUSE_MS : PAUSE_MS);
  }
  response.write(chunk(id, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }));
  response.write(chunk(id, { choices: [], usage: usageOf(model) }));
  response.end("data: [DONE]\n\n");
}

function chunk(model: unknown, content: object): string {
  return `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model, ...content })}\n\n`;
}

function usageOf({ promptTokens, completionTokens }: ScriptedModel): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

function lastUserText(request: unknown): string {
  const messages = at(request, "messages");
  if (!Array.isArray(messages)) return "";
  const last: unknown = messages.filter((message) => at(message, "role") === "user").at(-1);
  return JSON.stringify(at(last, "content") ?? "");
}
