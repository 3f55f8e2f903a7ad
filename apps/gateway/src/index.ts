// The process.
export { runGateway, type RunGatewayOptions } from "./run-gateway.ts";
export type { RunFlags } from "./start/flags.ts";
