import { fstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

const ACCESS_MODE = 0o3;

/**
 * Tells whether the other end of a pipe is gone, without writing to it: Node has no poll(2), and a quiet command such as
 * `logs --follow | head -1` would wait for its next line to find out. Looks for the reading process in `/proc`; where
 * that cannot be told (no pipe, no `/proc`, a reader of another user) the answer is no, and the next write tells.
 */
export function watchPipe(fd: number): () => boolean {
  let reader: string | undefined;
  let isClosed = false;
  return () => {
    if (isClosed) return true;
    const pipe = isPipe(fd) ? linkTarget(`/proc/self/fd/${fd}`) : undefined;
    if (pipe === undefined) return false;
    if (reader !== undefined && linkTarget(reader) === pipe) return false;
    const hadReader = reader !== undefined;
    reader = findReader(pipe);
    isClosed = hadReader && reader === undefined;
    return isClosed;
  };
}

function isPipe(fd: number): boolean {
  try {
    return fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
}

function findReader(pipe: string): string | undefined {
  for (const pid of list("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    for (const fd of list(`/proc/${pid}/fd`)) {
      if (linkTarget(`/proc/${pid}/fd/${fd}`) === pipe && isReadable(pid, fd)) return `/proc/${pid}/fd/${fd}`;
    }
  }
  return undefined;
}

function isReadable(pid: string, fd: string): boolean {
  const flags = /^flags:\s*([0-7]+)/m.exec(text(`/proc/${pid}/fdinfo/${fd}`))?.[1];
  // O_WRONLY is 1; a pipe's reading end is opened with 0.
  return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS_MODE) !== 1;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
