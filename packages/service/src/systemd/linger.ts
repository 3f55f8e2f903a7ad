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
  const user = host.env["USER"]?.trim() || host.env["LOGNAME"]?.trim() || userInfo().username;
  const answer = await new Systemctl(host).tool("loginctl", ["show-user", user, "-p", "Linger"]);
  const value = /^Linger=(yes|no)$/m.exec(answer.stdout)?.[1];
  return {
    user,
    isOn: answer.code === 0 && value !== undefined ? value === "yes" : undefined,
    fix: `sudo loginctl enable-linger ${user}`,
  };
}
