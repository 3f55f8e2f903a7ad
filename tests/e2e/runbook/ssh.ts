import { once } from "node:events";
import { collect, waitFor } from "../../support/gateway-process.ts";
import type { OwnMachine } from "../../support/own-machine.ts";

/** Lets the person at one machine log in to `user@host` by a fresh key; `host` is the other machine's address. */
export async function openSsh(host: OwnMachine, from: OwnMachine, address: string): Promise<void> {
  await from.run("mkdir -m 700 .ssh && ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519");
  const key = (await from.run("cat .ssh/id_ed25519.pub")).stdout.trim();
  await host.run(`mkdir -m 700 .ssh && echo '${key}' > .ssh/authorized_keys`);
  await host.administer(`
    install -d -m 755 /run/sshd
    ssh-keygen -q -t ed25519 -N '' -f /run/sshd/host_key
    printf '%s\\n' 'ListenAddress ${address}' 'HostKey /run/sshd/host_key' 'PasswordAuthentication no' \\
      'UsePAM no' 'PidFile none' > /run/sshd/config
  `);
  const hostKey = (await host.administer("cat /run/sshd/host_key.pub")).trim();
  await from.administer(`echo '${address} host' >> /etc/hosts`);
  await from.run(`echo 'host ${hostKey}' > .ssh/known_hosts`);
  const server = host.serve("/usr/sbin/sshd", "-D", "-e", "-f", "/run/sshd/config");
  const output = collect(server);
  const ended = once(server, "exit").then(() => {
    throw new Error(`sshd did not start: ${output.text}`);
  });
  await Promise.race([waitFor(output, /Server listening on/), ended]);
  ended.catch(() => {});
}
