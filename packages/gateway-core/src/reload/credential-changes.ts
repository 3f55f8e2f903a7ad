import type { AuthSettings } from "@openclaw/config";
import type { AuditNote } from "../audit/audit-log.ts";

/** What became of a credential, without the credential. */
export type CredentialChange = Pick<AuditNote, "kind" | "target">;

/** The gateway's own credentials. */
type Credentials = Partial<Pick<AuthSettings, "token" | "password" | "tokens">>;

/** Which of the gateway's own credentials another configuration replaces, adds and ends. */
export function credentialChanges(before: Credentials, after: Credentials): readonly CredentialChange[] {
  const secrets = (["token", "password"] as const).filter((name) => before[name] !== after[name]);
  const [old, fresh] = [hashes(before), hashes(after)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])];
  return [
    ...secrets.map((name): CredentialChange => ({ kind: "secret.rotated", target: `gateway.auth.${name}` })),
    ...names.flatMap((name): readonly CredentialChange[] => {
      const kind = kindOf(old.get(name), fresh.get(name));
      return kind === undefined ? [] : [{ kind, target: `token:${name}` }];
    }),
  ];
}

function hashes({ tokens = [] }: Credentials): ReadonlyMap<string, string> {
  return new Map(tokens.map(({ name, hash }) => [name, hash]));
}

function kindOf(old: string | undefined, fresh: string | undefined): CredentialChange["kind"] | undefined {
  if (old === fresh) return undefined;
  if (old === undefined) return "token.issued";
  return fresh === undefined ? "token.revoked" : "token.rotated";
}
