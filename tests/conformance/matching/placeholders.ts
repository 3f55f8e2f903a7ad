/** How a placeholder kind looks, and whether equal placeholders of one recording stand for equal values. */
interface Kind {
  readonly pattern: string;
  readonly isNumber?: boolean;
  readonly isIdentity?: boolean;
}

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const identity = (pattern: string): Kind => ({ pattern, isIdentity: true });
const ANY: Kind = { pattern: "[^]*" };

const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    ms: { pattern: "[12]\\d{12}", isNumber: true },
    int: { pattern: "\\d+", isNumber: true },
    iso: { pattern: "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?Z" },
    uuid: identity(UUID),
    connId: identity(UUID),
    nonce: identity(UUID),
    requestId: identity(UUID),
    sessionId: identity(UUID),
    runId: identity(UUID),
    instanceId: identity(UUID),
    deviceId: identity("[0-9a-f]{64}"),
    hash: identity("[0-9a-f]{64}"),
    publicKey: identity("[A-Za-z0-9_-]{43}"),
    deviceToken: identity("[A-Za-z0-9_-]{43}"),
    signature: { pattern: "[A-Za-z0-9_-]{86}" },
    host: identity("[^\\s/]+"),
    ip: identity("[0-9a-fA-F.:]+"),
    port: identity("\\d+"),
    platform: { pattern: "\\S[^]*" },
    arch: { pattern: "\\S+" },
    osRelease: { pattern: "\\S+" },
    version: { pattern: "\\d+\\.\\d+\\.\\d+[^\\s]*" },
    stateDir: identity("/[^\\s]+"),
    home: { pattern: "/[^\\s]+" },
    path: { pattern: "/[^\\s]+" },
    installDir: { pattern: "/[^\\s]+" },
    logFile: { pattern: "[^]+" },
    text: ANY,
    "log line": ANY,
  } satisfies Record<string, Kind>),
);

const PLACEHOLDER = /<([A-Za-z ]+?)(?:#(\d+))?>/g;

/** Remembers what the placeholders of one recording turned out to be. */
export class Bindings {
  readonly #values = new Map<string, string>();

  /** What a placeholder such as `<nonce#2>` stands for, once it was matched or set. */
  valueOf(placeholder: string): string | undefined {
    return this.#values.get(placeholder);
  }

  /**
   * Fixes what an identity placeholder stands for; `false` when it already stands for another value, or its value for
   * another placeholder of the kind.
   */
  bind(placeholder: string, value: string): boolean {
    const kind = kindName(placeholder);
    for (const [known, bound] of this.#values) {
      if (kindName(known) === kind && (known === placeholder) !== (bound === value)) return false;
    }
    this.#values.set(placeholder, value);
    return true;
  }

  /** Whether `received` is what the recorded string allows: the same text, placeholders replaced by fitting values. */
  matches(recorded: string, received: unknown): boolean {
    if (/^<(?:schema|anything|omitted\b.*|[a-z ]+ text)>$/.test(recorded)) return true;
    const whole = kindOf(recorded);
    if (whole?.isNumber && typeof received !== "number") return false;
    if (typeof received !== "string" && !(whole?.isNumber && Number.isInteger(received))) return false;
    const { source, placeholders } = compile(recorded);
    const match = new RegExp(`^${source}$`).exec(String(received));
    if (!match) return false;
    return placeholders.every((placeholder, index) => {
      const kind = kindOf(placeholder);
      return !kind?.isIdentity || this.bind(placeholder, match[index + 1] ?? "");
    });
  }
}

function kindName(placeholder: string): string {
  return placeholder.replace(/^<|(?:#\d+)?>$/g, "");
}

function kindOf(placeholder: string): Kind | undefined {
  return /^<[^<>]+>$/.test(placeholder) ? KINDS.get(kindName(placeholder)) : undefined;
}

function compile(recorded: string): { readonly source: string; readonly placeholders: readonly string[] } {
  const placeholders: string[] = [];
  let source = "";
  let end = 0;
  for (const found of recorded.matchAll(PLACEHOLDER)) {
    const kind = KINDS.get(found[1] ?? "");
    if (!kind) continue;
    source += `${literal(recorded.slice(end, found.index))}(${kind.pattern})`;
    end = found.index + found[0].length;
    placeholders.push(found[0]);
  }
  return { source: source + literal(recorded.slice(end)), placeholders };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
