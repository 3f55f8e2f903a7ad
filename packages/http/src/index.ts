// The app.
export { createHttpApp } from "./app.ts";

// What it needs from the gateway around it.
export type {
  HookPorts,
  HookSettings,
  HttpConfig,
  HttpPorts,
  Identity,
  Logger,
  Readiness,
  Startup,
} from "./ports.ts";

// What paths lead where, for hosts that share their server.
export { hookName } from "./routes/hooks.ts";

// What it promises, for tests and for routes of others.
export { BASELINE_HEADERS } from "./baseline.ts";
export { PROTECTED_NAMESPACES } from "./path.ts";
