import { type Address, parseAddress } from "./address.ts";

/** A CIDR block; a single address is a block of full length. */
export interface AddressBlock {
  readonly family: 4 | 6;
  readonly base: bigint;
  /** How many low bits are free. */
  readonly hostBits: bigint;
}

/**
 * Reads `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`; blanks around it are ignored. `undefined` for anything else: such
 * an entry is a mistake in the configuration and matches nobody (T-PROXY-04).
 */
export function parseAddressBlock(text: string): AddressBlock | undefined {
  const [host = "", length, ...rest] = text.trim().split("/");
  const address = parseAddress(host);
  if (address === undefined || rest.length > 0) return undefined;
  const width = address.family === 4 ? 32 : 128;
  // A block of mapped addresses is written with the IPv6 length; count it as the IPv4 block it is.
  const offset = address.family === 4 && host.includes(":") ? 96 : 0;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? width : Number(length) - offset;
  if (prefix < 0 || prefix > width) return undefined;
  const hostBits = BigInt(width - prefix);
  return { family: address.family, base: address.bits >> hostBits, hostBits };
}

/** Whether any of the blocks holds the address; unreadable entries hold none. */
export function isInBlocks(address: Address, blocks: readonly string[]): boolean {
  return blocks.some((text) => {
    const block = parseAddressBlock(text);
    return (
      block !== undefined && block.family === address.family && address.bits >> block.hostBits === block.base
    );
  });
}
