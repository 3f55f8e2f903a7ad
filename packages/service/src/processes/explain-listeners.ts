import { looksLikeGateway, type Listeners } from "./process-table.ts";

/**
 * One sentence on what listens on a port, and what to do about it.
 *
 * @param program how the command is typed to mean the instance that wants the port
 */
export function explainListeners({ holders, hiddenOwners }: Listeners, program: string): string {
  const processes = holders.map(({ process }) => process);
  if (processes.some(looksLikeGateway))
    return `Gateway already running locally. Stop it (${program} gateway stop) or use a different port.`;
  if (processes.some(({ command }) => SSH.test(command)))
    return "An SSH tunnel listens on this port. Close it, or give the tunnel another local port: ssh -N -L <port>:127.0.0.1:<port there> user@host";
  if (processes.length > 1) return "Several processes are listening on this port.";
  if (processes.length === 1) return "Another process is listening on this port.";
  const who = hiddenOwners.length === 0 ? "the listener's user" : hiddenOwners.join(" or ");
  return `Port is in use but process details are unavailable (run as ${who} or as an admin user).`;
}

const SSH = /^(\S*\/)?(auto)?ssh( |:|$)/;
