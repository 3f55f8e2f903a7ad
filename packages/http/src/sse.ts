/** How a stream of server-sent events behaves. */
export interface SseOptions {
  /** Silence after which a comment keeps proxies from closing the connection. */
  readonly keepAliveMs: number;
  /** The client went away before the last frame. */
  onGone(): void;
}

const KEEP_ALIVE = ": keep-alive\n\n";

/** One `data:` frame. */
export function dataFrame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** The frame after which nothing follows. */
export const DONE_FRAME = "data: [DONE]\n\n";

/**
 * Turns frames into a response body. Frames are pulled, so a slow client slows its producer instead of filling
 * memory; comments are sent only while the client has room for them.
 */
export function sseBody(frames: AsyncIterator<string>, options: SseOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let silence: ReturnType<typeof setTimeout> | undefined;
  const rest = () => clearTimeout(silence);
  const listenForSilence = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    rest();
    silence = setTimeout(() => {
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(KEEP_ALIVE));
      listenForSilence(controller);
    }, options.keepAliveMs);
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      listenForSilence(controller);
      const next = await frames.next();
      rest();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      rest();
      options.onGone();
      await frames.return?.();
    },
  });
}

/** Wraps a body as an event stream that nothing on the way may buffer or store. */
export function sseResponse(body: ReadableStream<Uint8Array>): Response {
  const headers = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    connection: "keep-alive",
  };
  return new Response(body, { headers });
}
