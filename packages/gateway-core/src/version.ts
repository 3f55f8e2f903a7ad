/** Version of the product; every package carries the same. */
export { PROGRAM_VERSION as GATEWAY_VERSION } from "@openclaw/config";
