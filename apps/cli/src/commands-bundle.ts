// The code of all other commands, as one bundle: see `code-cache.ts`.
export { runCall } from "./run-call.ts";
