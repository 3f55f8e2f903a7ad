/** What gateways are announced as. */
export const SERVICE_TYPE = "_openclaw-gw._tcp.local";
/** The domain of multicast DNS, as people write it. */
export const LOCAL_DOMAIN = "local.";

/** The name of one service of this type, as the wire has it. */
export function serviceName(instance: string): string {
  return `${instance}.${SERVICE_TYPE}`;
}

/** The name one service gave itself; undefined for names of other types. */
export function instanceOf(name: string): string | undefined {
  const suffix = `.${SERVICE_TYPE}`;
  const instance = name.slice(0, -suffix.length);
  return instance !== "" && isSameName(name.slice(-suffix.length), suffix) ? instance : undefined;
}

/** Names of DNS differ in more than case only. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
