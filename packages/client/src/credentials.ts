import type { HelloOk, Role } from "@openclaw/protocol";

import type { ConnectIntent } from "./connect-request.ts";
import type { ConnectionError } from "./errors.ts";
import type { Device, DeviceToken } from "./identity.ts";
import type { ClientOptions, Secrets } from "./options.ts";
import { recoverFrom, refusalDetails } from "./recovery.ts";

/**
 * What one connection is asked for by: the secrets of its owner and the device's own token, which is sent when there is
 * no secret, kept when the gateway issues one and thrown away when the gateway does not know it any more. The device is
 * looked up when the gateway has answered, so that none is created for a gateway that is not there.
 *
 * Docs: protocol.md#device-tokens
 */
export class Credentials {
  readonly #options: ClientOptions;
  readonly #role: Role;
  #secrets: Secrets | undefined;
  #device: Promise<Device | undefined> | undefined;
  // A shared secret was refused that the device's own token may have outlived.
  #addsToken = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#role = options.role ?? "operator";
  }

  /** Asks for the secrets, unless that was done already; may take as long as a person needs. */
  async prepare(): Promise<void> {
    this.#secrets ??= await this.#ask();
  }

  /** Identity and credentials for the next connect. */
  async present(): Promise<Pick<ConnectIntent, "auth" | "identity">> {
    const device = await this.#lookUp();
    const stored = this.#addsToken || !this.#hasSecret ? await this.#load() : undefined;
    return {
      identity: device?.identity,
      auth: { ...this.#secrets, ...(stored && { deviceToken: stored.token }) },
    };
  }

  /** Whether another connect has other credentials to show than those that were refused; `present` then gives them. */
  async hasOthers(refused: ConnectionError): Promise<boolean> {
    if (recoverFrom(refused).action !== "reauth") return false;
    const { canRetryWithDeviceToken } = refusalDetails(refused.cause);
    if (canRetryWithDeviceToken === true && this.#hasSecret && !this.#addsToken) {
      this.#addsToken = (await this.#load()) !== undefined;
      if (this.#addsToken) return true;
    }
    await this.#forgetIfStale(refused);
    if (typeof this.#options.auth !== "function") return false;
    const before = this.#secrets;
    this.#secrets = await this.#ask();
    return this.#secrets.token !== before?.token || this.#secrets.password !== before?.password;
  }

  /** Keeps the token a hello brought. One that cannot be kept costs a later connection its shortcut, not this one its life. */
  async keep({ auth }: HelloOk): Promise<void> {
    if (auth?.deviceToken === undefined) return;
    try {
      const device = await this.#lookUp();
      await device?.tokens?.save({ token: auth.deviceToken, role: auth.role, scopes: auth.scopes });
    } catch (error) {
      this.#options.logger?.warn("cannot store the device token", { error });
    }
  }

  get #hasSecret(): boolean {
    return this.#secrets?.token !== undefined || this.#secrets?.password !== undefined;
  }

  async #ask(): Promise<Secrets> {
    const { auth } = this.#options;
    return (typeof auth === "function" ? await auth() : auth) ?? {};
  }

  async #forgetIfStale({ cause, closeReason }: ConnectionError): Promise<void> {
    const isStale =
      refusalDetails(cause).code === "AUTH_DEVICE_TOKEN_MISMATCH" ||
      closeReason?.includes("device token mismatch");
    if (!isStale || this.#hasSecret) return;
    const device = await this.#lookUp();
    await device?.tokens?.remove(this.#role);
  }

  async #load(): Promise<DeviceToken | undefined> {
    const device = await this.#lookUp();
    return device?.tokens?.load(this.#role);
  }

  #lookUp(): Promise<Device | undefined> {
    const { device } = this.#options;
    this.#device ??= typeof device === "function" ? device() : Promise.resolve(device);
    return this.#device;
  }
}
