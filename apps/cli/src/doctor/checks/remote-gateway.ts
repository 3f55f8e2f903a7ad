import type { CommandContext } from "../../context.ts";
import { finding, type Finding } from "../finding.ts";
import type { GatewayLook } from "../gateway-look.ts";
import { quoted } from "../shell.ts";

/** A gateway elsewhere that cannot be used: we open the tunnel if we know to whom, else only its operator knows better. */
export function remoteFinding(context: CommandContext, look: Failed): Finding {
  const { program } = context;
  const { url } = look.target;
  const tunnel = look.code === "unreachable" ? tunnelOf(context, new URL(url)) : undefined;
  return finding("gateway-remote-unreachable", {
    title: "Gateway",
    text: `The gateway at ${url} cannot be used: ${look.message}. ${tunnel?.advice ?? adviceFor(look)}`,
    fix: tunnel?.command ?? `${program} config edit`,
  });
}

type Failed = GatewayLook & { readonly kind: "failed" };

function adviceFor({ code }: Failed): string {
  switch (code) {
    case "unauthorized":
      return "Correct gateway.remote.token or gateway.remote.password.";
    case "untrusted":
      return "Compare gateway.remote.tlsFingerprint with the fingerprint on the gateway's machine.";
    default:
      return "Look at it on its own machine, or correct gateway.remote.url.";
  }
}

interface Tunnel {
  readonly advice: string;
  /** What opens it; absent when nobody has said where to. */
  readonly command?: string;
}

/** The port of a gateway that nobody gave another. */
const FAR_PORT = 18_789;

/** What an address of this machine leads through; nothing for any other address. */
function tunnelOf({ loaded }: CommandContext, { hostname, port }: URL): Tunnel | undefined {
  if (!/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return undefined;
  const { sshTarget = "", sshIdentity = "" } = loaded.config.gateway?.remote ?? {};
  const forward = `-N -L ${port}:127.0.0.1:${FAR_PORT}`;
  // A dash in front would make it an option of ssh.
  if (sshTarget === "" || sshTarget.startsWith("-"))
    return { advice: `Open the tunnel (ssh ${forward} user@gateway-host), or correct gateway.remote.url.` };
  const identity = sshIdentity === "" ? "" : ` -i ${quoted(sshIdentity)}`;
  return { advice: "Its tunnel is not open.", command: `ssh -f ${forward}${identity} ${quoted(sshTarget)}` };
}
