// The Node entry: the same client with `ws` as its socket and files as its key store.
export { connectNode, createNodeClient, type NodeClientOptions } from "./node/connect-node.ts";
export { openDevice, prepareDevice } from "./node/open-device.ts";
export { deviceIdentity } from "./node/device-identity.ts";
export { deviceTokens } from "./node/device-tokens.ts";
export { openNodeSocket, pinnedNodeSocket } from "./node/node-socket.ts";
