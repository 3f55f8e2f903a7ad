/** What all devices that belong to no person are listed under. */
const NOBODY = "tagged-devices";

/** The person in the output of `tailscale whois --json`; `undefined` for devices of nobody, and for anything else. */
export function parseWhois(output: string | undefined): { readonly login: string } | undefined {
  const login = field(field(readJson(output), "UserProfile"), "LoginName");
  return typeof login === "string" && login !== "" && login !== NOBODY ? { login } : undefined;
}

function readJson(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
