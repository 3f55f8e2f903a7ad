// Everything behind `dist/main.js`, as one bundle: see `code-cache.ts`.
export { runProcess } from "./process/run-process.ts";
export { runCli } from "./run-cli.ts";
