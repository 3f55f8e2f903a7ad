// What understands a command line and prints help, as one bundle: see `code-cache.ts`.
export { runProcess } from "./process/run-process.ts";
export { runCli } from "./run-cli.ts";
