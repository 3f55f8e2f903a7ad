// The commands that are asked for all the time, as one bundle: see `code-cache.ts`.
export { runFrequent } from "./run-frequent.ts";
