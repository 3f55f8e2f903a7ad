// The wire without the contracts of methods and events: all a client needs at run time. An entry of its own, because
// whoever packs a page for a browser cannot tell the tables of contracts from code with effects.
export { PROTOCOL_VERSION, type Dialect } from "./version.ts";
export { parseServerFrame, type EventFrame, type RequestFrame, type ResponseFrame } from "./frames.ts";
export { deviceAuthPayload, signedToken } from "./device-auth.ts";
export { scopeCovers } from "./scopes.ts";
export { RpcError } from "./errors.ts";
export { CLOSE, type CloseContract } from "./close-codes.ts";
export { LIMITS } from "./limits.ts";
