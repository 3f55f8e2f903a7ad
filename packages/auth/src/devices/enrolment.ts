import type { PairingReason, Role } from "@openclaw/protocol";
import type { AuthEffect } from "../authenticator.ts";
import type { IssuedDeviceToken } from "../grant.ts";
import type { ClientDetails } from "./client-details.ts";
import type { ProvenDevice } from "./device-proof.ts";
import type { PairedDevice, PendingPairing } from "./store.ts";

/** A proven device that wants in. */
export interface DeviceVisit {
  readonly device: ProvenDevice;
  readonly role: Role;
  /** What it asks for. */
  readonly scopes: readonly string[];
  readonly details: ClientDetails;
}

/** A device token somebody presents. */
export interface TokenPresentation {
  readonly token: string;
  /** Time until guesses are compared again. An unpaired device has no token to be guessed. */
  readonly lockedForMs: (isPaired: boolean) => number | undefined;
}

/** How a presented device token was judged. */
export type Redemption =
  | { readonly status: "valid"; readonly issued: IssuedDeviceToken }
  /** A live token of this device, but for less than is asked. */
  | { readonly status: "too-narrow" }
  | { readonly status: "wrong"; readonly isPaired: boolean }
  /** Nothing was compared. */
  | { readonly status: "locked"; readonly retryAfterMs: number };

/** The end of a pairing request; payload of `device.pair.resolved`. */
export type PairingResolution = Extract<AuthEffect, { type: "device.pair.resolved" }>["payload"];

/** Whether a device is in, and if not, which request now waits for the owner. */
export type Enrolment =
  | {
      readonly status: "paired";
      readonly issued: IssuedDeviceToken;
      /** The pairing happened just now, under this request. */
      readonly resolved?: PairingResolution;
    }
  | {
      readonly status: "waiting";
      readonly reason: PairingReason;
      readonly request: PendingPairing;
      readonly record: PairedDevice | undefined;
      /** The owner has not heard of this request yet. */
      readonly isNew: boolean;
    }
  | { readonly status: "crowded"; readonly retryAfterMs: number };

/** Under which conditions a device that is not approved yet may go on. */
export interface EnrolmentRules {
  /** The owner stands behind this very connect, so an unknown device may be paired at once. */
  readonly isSilent: boolean;
  /** Time until this client may file another new request, when it filed too many. */
  readonly lockedForMs: () => number | undefined;
}
