import { userInfo } from "node:os";
import { type SystemdHost, Systemctl } from "./systemctl.ts";

/** Whether systemd keeps the services of a user running when nobody is logged in. */
export interface Linger {
  readonly user: string;
  /** Undefined when systemd does not say. */
  readonly isOn: boolean | undefined;
  /** What turns it on. */
  readonly fix: string;
}

/** Asks whether this user's services outlive the last logout. Never rejects, changes nothing. */
export async function readLinger(host: SystemdHost): Promise<Linger> {
  const user = userOf(host);
  const answer = await new Systemctl(host).tool("loginctl", ["show-user", user, "-p", "Linger"]);
  const value = /^Linger=(yes|no)$/m.exec(answer.stdout)?.[1];
  return {
    user,
    isOn: answer.code === 0 && value !== undefined ? value === "yes" : undefined,
    fix: `sudo loginctl enable-linger ${user}`,
  };
}

/**
 * Has this user's services outlive the last logout: as this user may, else by `sudo` where that asks for no password.
 * Never rejects. @returns whether it is on
 */
export async function enableLinger(host: SystemdHost): Promise<boolean> {
  const tools = new Systemctl(host);
  const words = ["--no-ask-password", "enable-linger", userOf(host)];
  if ((await tools.tool("loginctl", words)).code === 0) return true;
  return host.uid !== 0 && (await tools.tool("sudo", ["-n", "loginctl", ...words])).code === 0;
}

function userOf({ env }: SystemdHost): string {
  return env["USER"]?.trim() || env["LOGNAME"]?.trim() || userInfo().username;
}
