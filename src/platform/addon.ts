/*
 * The addon: what it offers, typed, and how it is found. Nothing is loaded before something asks for it.
 *
 * Its functions are system calls. They answer `-errno` on failure, throw a TypeError for a value of the wrong type, and
 * decide nothing; what a number means is for the caller. Times are in seconds.
 */

import { useErrnoNumbers } from '../base/errno.js';
import { OSError } from '../base/errors.js';
import { builtinOrNull } from './builtin.js';
import { hasEpoll } from './system.js';

/** Node's loop watching one descriptor. See {@link Addon.watch}. */
export interface Watch {
  /** Call back from now on while the descriptor is ready. Twice is once. `-EBADF` after `close`. */
  start(): number;
  /** Call back no more. */
  stop(): number;
  /** A started watch keeps the process alive (the default). */
  ref(): number;
  /** A started watch does not keep the process alive. */
  unref(): number;
  /** Stop for good. Harmless at any time, in the callback and twice too. */
  close(): number;
}

/** How many ints an address that comes out needs: its length in bytes, then a sockaddr. */
export const ADDRESS_INTS = 33;

/** ADDON_VERSION in native/addon.h: an addon with another number was built from other sources, and does other things. */
export const ADDON_VERSION = 1;

/**
 * What native/ exports. `fd` are descriptors. An address goes in as the bytes of a sockaddr and comes out in an
 * Int32Array of {@link ADDRESS_INTS}: `[0]` is its length in bytes, the sockaddr begins at byte 4.
 */
export interface Addon {
  /** {@link ADDON_VERSION}, of the addon that goes with these sources. */
  readonly version: number;

  /** What the C compiler knows: AF_*, SO_*, EAI_*, E* ... Names that the system lacks are not there. */
  readonly constants: Readonly<Record<string, number | undefined>>;

  /** poll(2). `fds` holds pollfd records: an int for the descriptor, two 16-bit halves for events and revents. */
  poll(fds: Int32Array, count: number, timeout: number): number;
  /** Linux only, as all of epoll. */
  epollCreate?(): number;
  epollCtl?(epfd: number, op: number, fd: number, events: number): number;
  /**
   * Fills `out` with pairs (descriptor, events), and answers how many. Four ints for each event that may be ready are
   * enough. A negative timeout waits forever; a signal does not end the wait.
   */
  epollWait?(epfd: number, out: Int32Array, timeout: number): number;

  socket(family: number, type: number, proto: number, nonblocking: boolean): number;
  socketpair(family: number, type: number, proto: number, nonblocking: boolean, out: Int32Array): number;
  bind(fd: number, address: Uint8Array): number;
  listen(fd: number, backlog: number): number;
  /** The new descriptor; the peer's address is in `out`. */
  accept(fd: number, nonblocking: boolean, out: Int32Array): number;
  /** The one call that may answer `-EINTR`: the connection is still being made then. */
  connect(fd: number, address: Uint8Array): number;
  shutdown(fd: number, how: number): number;
  getsockname(fd: number, out: Int32Array): number;
  getpeername(fd: number, out: Int32Array): number;
  /** How many bytes of `out` were written. */
  getsockopt(fd: number, level: number, name: number, out: Uint8Array): number;
  setsockopt(fd: number, level: number, name: number, value: number | Uint8Array): number;

  /**
   * Of recv, send, read and write: all of the buffer from `offset` on, if `length` is left out. Where recv gets an offset
   * and no length, the next is expected to go right behind what it received.
   */
  recv(fd: number, buffer: Uint8Array, offset?: number, length?: number, flags?: number): number;
  recvfrom(
    fd: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    flags: number,
    out: Int32Array,
  ): number;
  send(fd: number, buffer: Uint8Array, offset?: number, length?: number, flags?: number): number;
  sendto(
    fd: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    flags: number,
    address: Uint8Array,
  ): number;
  /** `skip`: how many bytes of the first buffer to leave out. More than IOV_MAX buffers are `-EMSGSIZE`. */
  sendmsg(
    fd: number,
    buffers: readonly Uint8Array[],
    skip: number,
    flags: number,
    address?: Uint8Array | null,
  ): number;
  /** As sendmsg, for any descriptor; of more than IOV_MAX buffers it takes the first. */
  writev(fd: number, buffers: readonly Uint8Array[], skip: number): number;
  read(fd: number, buffer: Uint8Array, offset?: number, length?: number): number;
  write(fd: number, buffer: Uint8Array, offset?: number, length?: number): number;
  /** With `offset` null the file's own position is used and moved on. */
  sendfile(out: number, file: number, offset: number | null, count: number): number;

  close(fd: number): number;
  dup(fd: number): number;
  pipe(out: Int32Array, nonblocking: boolean): number;
  setNonblocking(fd: number, on: boolean): number;
  getNonblocking(fd: number): number;

  /** `[code, errno]`, then for each address: family, type, proto, canonical name, sockaddr. Blocks. */
  getaddrinfo(
    host: string | null,
    service: string | null,
    family: number,
    type: number,
    proto: number,
    flags: number,
  ): (number | string | Uint8Array)[] | number;
  /** `[code, errno, host, service]`. Blocks. */
  getnameinfo(address: Uint8Array, flags: number): (number | string)[] | number;
  gethostname(): string | number;
  ifNametoindex(name: string): number;
  ifIndextoname(index: number): string | number;

  /**
   * From now on a signal writes its number, one byte, to `fd`, in place of what the process does on it: for the time in which
   * a loop blocks. In the main thread alone.
   */
  catchSignal(signum: number, fd: number): number;
  /** As before `catchSignal`; what somebody else has set meanwhile stays. */
  releaseSignal(signum: number): number;

  /**
   * Let Node's loop watch a descriptor for `events`: 1 (readable, the default), 2 (writable), or both, 3. The callback
   * gets those that came, or `-errno`, again and again as long as the descriptor is ready; what it throws is an uncaught
   * exception. A duplicate of `fd` is watched, so `fd` may be closed at any time.
   *
   * @returns a watch that has yet to be started, or `-errno`.
   */
  watch(fd: number, callback: (events: number) => void, events?: number): Watch | number;
}

type LoadResult = { addon: Addon; error: null } | { addon: null; error: OSError };

let loaded: LoadResult | undefined;

function missing(reason: string, cause?: unknown): LoadResult {
  const text = `the tsyncio addon is not available: ${reason}`;
  return { addon: null, error: new OSError(text, { code: 'ERR_TSYNCIO_NO_ADDON', cause }) };
}

/** The directory of the package: the nearest one above this file whose package.json has our name. */
function packageRoot(): string | null {
  const fs = builtinOrNull('node:fs');
  const path = builtinOrNull('node:path');
  const url = builtinOrNull('node:url');
  // A bundle that is a classic script, or CommonJS, has no url.
  const here = (import.meta as { url?: string }).url ?? '';
  if (fs === null || path === null || url === null || !here.startsWith('file:')) return null;
  let directory = path.dirname(url.fileURLToPath(here));
  for (;;) {
    const file = path.join(directory, 'package.json');
    if (fs.existsSync(file) && isOurs(fs.readFileSync(file, 'utf8'))) return directory;
    const above = path.dirname(directory);
    if (above === directory) return null;
    directory = above;
  }
}

function isOurs(packageJson: string): boolean {
  return /"name"\s*:\s*"tsyncio"/.test(packageJson);
}

interface HostProcess {
  env?: Record<string, string | undefined>;
  platform?: string;
  versions?: Record<string, string | undefined>;
}

/** Why it is not even tried, or `null`. */
function refusal(): string | null {
  const host = (globalThis as { process?: HostProcess }).process;
  const versions = host?.versions;
  if (versions === undefined) return 'it needs Node.js';
  if (host?.env?.TSYNCIO_NO_ADDON === '1') return 'TSYNCIO_NO_ADDON=1 is set';
  // Their Node-API has no libuv to host a loop in, and a missing symbol ends the process.
  if (versions.bun !== undefined) return 'Bun has no libuv that it could work with';
  if (versions.deno !== undefined) return 'Deno has no libuv that it could work with';
  if (host?.platform === 'win32') return 'Windows has neither epoll nor poll';
  return null;
}

const WHAT_TO_DO =
  'install a C compiler (gcc or clang, with make and Python for node-gyp) and run `npm rebuild tsyncio`';

/** Calls of a function that it lacks, or that means something else, would fail much later, and far from the cause. */
function otherVersion(version: number | undefined): string {
  const its = version === undefined ? 'none' : String(version);
  return (
    `it was built from other sources (its version is ${its}, and ${String(ADDON_VERSION)} is needed); ` +
    'run `npm rebuild tsyncio`, or in a checkout `npm run build:addon`'
  );
}

function load(): LoadResult {
  const refused = refusal();
  if (refused !== null) return missing(refused);
  const module = builtinOrNull('node:module');
  const root = packageRoot();
  if (module === null || root === null) return missing('the directory of the package was not found');
  try {
    const require = module.createRequire(`${root}/package.json`);
    const nodeGypBuild = require('node-gyp-build') as (directory: string) => Addon;
    const found = nodeGypBuild(root);
    if (found.version !== ADDON_VERSION) return missing(otherVersion(found.version));
    if (!hasEpoll()) useErrnoNumbers(found.constants);
    // A copy: an object that Node-API filled is a hash table to V8, which looks up in it at each call.
    return { addon: { ...found }, error: null };
  } catch (cause) {
    const absent = (cause as Error).message.startsWith('No native build was found');
    const reason = absent ? 'it was not built' : (cause as Error).message;
    return missing(`${reason}; ${WHAT_TO_DO}`, cause);
  }
}

/** Whether there is an addon; loads it. */
export function addonAvailable(): boolean {
  loaded ??= load();
  return loaded.addon !== null;
}

/** Why there is no addon, or `null` where there is one; loads it. */
export function addonError(): Error | null {
  loaded ??= load();
  return loaded.error;
}

/**
 * The addon; loads it the first time.
 *
 * @throws OSError with the code `ERR_TSYNCIO_NO_ADDON`, that says why there is none and what to install. A new one each
 * time: its stack is the caller's.
 */
export function addon(): Addon {
  loaded ??= load();
  if (loaded.addon !== null) return loaded.addon;
  const { message, cause } = loaded.error;
  throw new OSError(message, { code: 'ERR_TSYNCIO_NO_ADDON', cause });
}
