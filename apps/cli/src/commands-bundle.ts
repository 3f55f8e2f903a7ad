// The code of all commands, as one bundle: see `code-cache.ts`.
export { runCall } from "./run-call.ts";
