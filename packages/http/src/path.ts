/** Namespaces that hold routes behind credentials; no spelling of them may slip past their guard. */
export const PROTECTED_NAMESPACES = [
  "/v1",
  "/api",
  "/hooks",
  "/tools",
  "/sessions",
  "/__openclaw__",
] as const;

/** Model ids contain a slash, which clients may encode: the route decodes what follows, exactly once. */
export const MODELS_PREFIX = "/v1/models/";

const MAX_DECODE_PASSES = 8;

/** Pathname as it was sent, undecoded; dot segments are already resolved by the URL grammar. */
export function rawPathname(url: string): string {
  return new URL(url).pathname;
}

/**
 * Whether a path could be read as a protected route by one component and as something else by another: an encoded
 * or doubled separator, a backslash, a path parameter, dot segments behind an encoding, malformed encoding.
 *
 * Docs: protocol.md#http-paths
 */
export function isAmbiguousPath(pathname: string): boolean {
  if (pathname.startsWith(MODELS_PREFIX)) return false;
  const canonical = canonicalPath(pathname);
  if (canonical === undefined) return true;
  // Case is no ambiguity: routes are case-sensitive, so another case is simply another, unknown path.
  return isProtected(canonical.toLowerCase()) && canonical.toLowerCase() !== pathname.toLowerCase();
}

function isProtected(path: string): boolean {
  return PROTECTED_NAMESPACES.some((namespace) => path === namespace || path.startsWith(`${namespace}/`));
}

/** What the most lenient reader would see, or undefined when the encoding is malformed or nested too deep. */
function canonicalPath(pathname: string): string | undefined {
  const decoded = decodeToFixpoint(pathname);
  if (decoded === undefined) return undefined;
  const segments: string[] = [];
  const [, ...rest] = decoded
    .replaceAll("\\", "/")
    .replace(/;[^/]*/g, "")
    .replace(/\/+/g, "/")
    .split("/");
  for (const segment of rest) {
    if (segment === "..") segments.pop();
    else if (segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}

function decodeToFixpoint(pathname: string): string | undefined {
  let current = pathname;
  for (let pass = 0; pass < MAX_DECODE_PASSES; pass++) {
    const decoded = decodeOnce(current);
    if (decoded === undefined || decoded === current) return decoded;
    current = decoded;
  }
  return undefined;
}

/** Decodes percent-encoding once; undefined when it is malformed. */
export function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
