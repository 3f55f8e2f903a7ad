import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** One request the provider received. */
export interface ProviderRequest {
  readonly authorization: string | undefined;
  readonly body: {
    readonly model: string;
    readonly stream?: boolean;
    readonly messages: readonly { role: string; content: unknown }[];
  };
  /** Settles when the caller let the request go before its end. */
  readonly aborted: Promise<void>;
}

/** What the provider answers, and how slowly. */
export interface ProviderOptions {
  readonly words: readonly string[];
  readonly delayMs?: number;
  /** Silence between the last word and the end. */
  readonly endsAfterMs?: number;
}

/**
 * An OpenAI-compatible server of a few lines: streams `words` one by one, `delayMs` apart; the user text
 * `status <n>` is answered with that HTTP status.
 */
export class FakeProvider implements AsyncDisposable {
  readonly requests: ProviderRequest[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(options: ProviderOptions): Promise<FakeProvider> {
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const body = JSON.parse(text) as ProviderRequest["body"];
        const aborted = new Promise<void>((resolve) => {
          response.on("close", () => {
            if (!response.writableFinished) resolve();
          });
        });
        provider.requests.push({ authorization: request.headers.authorization, body, aborted });
        const status = /status (\d{3})/.exec(JSON.stringify(body.messages.at(-1)))?.[1];
        if (status !== undefined) {
          response.writeHead(Number(status), { "content-type": "application/json" });
          response.end(JSON.stringify({ error: { message: "the provider says no", type: "test" } }));
          return;
        }
        void stream(response, options);
      });
    });
    const provider = new FakeProvider(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Configuration that makes this provider the default model. */
  config(extra: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      models: {
        providers: {
          fake: {
            baseUrl: this.baseUrl,
            apiKey: "fake-provider-key",
            api: "openai-completions",
            models: [{ id: "fake-1", name: "Fake One", contextWindow: 128_000, maxTokens: 4_096 }],
          },
        },
      },
      agents: { defaults: { model: "fake/fake-1" } },
      ...extra,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function stream(
  response: ServerResponse,
  { words, delayMs = 0, endsAfterMs = 0 }: ProviderOptions,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = (delta: object, finish: string | null, usage?: object) =>
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "fake-1", choices: [{ index: 0, delta, finish_reason: finish }], ...usage })}\n\n`;
  response.write(chunk({ role: "assistant", content: "" }, null));
  for (const word of words) {
    if (response.destroyed) return;
    response.write(chunk({ content: word }, null));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  await pause(endsAfterMs, undefined, { signal: gone.signal }).catch(() => undefined);
  if (response.destroyed) return;
  response.write(chunk({}, "stop", { usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 } }));
  response.end("data: [DONE]\n\n");
}
