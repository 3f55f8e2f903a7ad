import { Hono } from "hono";
import { baseline } from "./baseline.ts";
import { isAmbiguousPath, MODELS_PREFIX, rawPathname } from "./path.ts";
import type { HttpPorts } from "./ports.ts";
import { notFound, text } from "./reply.ts";
import { chatCompletions } from "./routes/chat-completions.ts";
import { hooks } from "./routes/hooks.ts";
import { listModels, showModel } from "./routes/models.ts";
import { probes } from "./routes/probes.ts";

/**
 * Builds the HTTP half of the gateway as a Hono app: pure request to response, no listening. Serve it with any
 * adapter whose bindings `ports.facts` can read.
 *
 * Docs: protocol.md#http
 */
export function createHttpApp(ports: HttpPorts): Hono {
  // Routes match the path as it was sent: decoding first would let two readers disagree about one request.
  const app = new Hono({ getPath: (request) => rawPathname(request.url) });
  app.use(baseline(ports.config));
  app.use(async (context, next) => {
    if (isAmbiguousPath(context.req.path)) return text(400, "Bad Request");
    return next();
  });
  for (const [path, handler] of probes(ports)) app.all(path, handler);
  app.use(hooks(ports));
  app.all("/v1/models", listModels(ports));
  app.all(`${MODELS_PREFIX}*`, showModel(ports));
  app.all("/v1/chat/completions", chatCompletions(ports));
  app.notFound(() => notFound());
  app.onError((error, context) => {
    ports.logger?.error("request failed", { method: context.req.method, path: context.req.path, error });
    return text(500, "Internal Server Error");
  });
  return app;
}
