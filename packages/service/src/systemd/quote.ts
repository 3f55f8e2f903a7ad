import { ServiceError } from "../errors.ts";

// Words that systemd reads as they stand. Everything else goes into double quotes.
const PLAIN = /^[A-Za-z0-9_@+=:,./-]+$/;

/** A control character, which no value of a unit may hold. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A word of `ExecStart=`, to be read back as it is (T-SVC-03). @throws {ServiceError} invalid_value: control characters */
export function quoteArgument(word: string, what: string): string {
  // A dollar starts a variable here, not in Environment=.
  return quote(word, what).replaceAll("$", "$$$$");
}

/** An assignment of `Environment=`, to be read back as it is. @throws {ServiceError} invalid_value: control characters */
export function quoteAssignment(name: string, value: string): string {
  return quote(`${name}=${value}`, `Environment ${name}`);
}

/** The rest of a line that is taken as one text, such as `Description=`. @throws {ServiceError} invalid_value */
export function plainText(text: string, what: string): string {
  checkText(text, what);
  return text.replaceAll("%", "%%").replaceAll("\\", "\\\\");
}

function quote(text: string, what: string): string {
  checkText(text, what);
  const escaped = text.replaceAll("%", "%%");
  if (PLAIN.test(text)) return escaped;
  return `"${escaped.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function checkText(text: string, what: string): void {
  if (/[\r\n]/.test(text))
    throw new ServiceError("invalid_value", `systemd ${what} cannot contain CR or LF characters.`);
  if (CONTROL.test(text))
    throw new ServiceError("invalid_value", `systemd ${what} cannot contain control characters.`);
}
