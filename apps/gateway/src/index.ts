// The process.
export { runGateway, type RunGatewayOptions } from "./run-gateway.ts";
export { checkStore, type StoreReport } from "./check-store.ts";
export type { RunFlags } from "./start/flags.ts";
