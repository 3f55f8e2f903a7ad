import { formatAddress, parseAddress } from "./address.ts";

/**
 * Name of a client for budgets. Somebody with an IPv6 line owns a whole /64, so it counts as one client (T-AUTH-11);
 * clients whose address no proxy told us share one budget.
 */
export function clientKey(clientIp: string): string {
  const address = parseAddress(clientIp);
  if (address === undefined) return "unknown";
  if (address.family === 4) return formatAddress(address);
  return `${formatAddress({ family: 6, bits: (address.bits >> 64n) << 64n })}/64`;
}
