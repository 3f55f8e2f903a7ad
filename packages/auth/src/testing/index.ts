// Stores.
export { createMemoryDeviceStore } from "./memory-device-store.ts";
export {
  type ContractCase,
  deviceStoreContract,
  samplePairedDevice,
  samplePendingPairing,
} from "./device-store-contract.ts";

// Connects.
export { createTestNamedToken, type TestNamedToken } from "./test-named-token.ts";
export { createTestDevice, type SignOptions, type TestDevice } from "./test-device.ts";
export { connectAttempt, connectParams, localFacts, type AttemptOptions } from "./connect-attempt.ts";

// A whole authenticator.
export { createTestAuthenticator, type TestAuthenticator } from "./test-authenticator.ts";
export { TEST_PASSWORD, TEST_TOKEN, TEST_TOKEN_KEY, testPolicy } from "./test-policy.ts";
