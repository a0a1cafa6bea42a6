import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { addon } from '../../src/platform/addon.js';
import { owned, pair } from './support.js';

/*
 * Anything at all is given to every function: the process must live, and the memory beside each buffer stay as it was.
 * Descriptors are either none or those made here: closing one of Node's own would be a fair way to end the process.
 * Nothing may block, so sockets do not block and timeouts are short.
 */

const GUARD = 0x5a;

/** A buffer in the middle of memory that nobody may touch. */
class Guarded {
  readonly #memory: Uint8Array;
  readonly bytes: Uint8Array;
  readonly ints: Int32Array;
  readonly #from: number;
  readonly #to: number;

  constructor(length: number) {
    this.#memory = new Uint8Array(length + 128).fill(GUARD);
    this.#from = 64;
    this.#to = 64 + length;
    this.bytes = new Uint8Array(this.#memory.buffer, 64, length);
    this.ints = new Int32Array(this.#memory.buffer, 64, length >> 2);
  }

  isIntact(): boolean {
    const outside = (_: number, i: number): boolean => i < this.#from || i >= this.#to;
    return this.#memory.filter(outside).every((byte) => byte === GUARD);
  }
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(64);
  structuredClone(null, { transfer: [bytes.buffer] });
  return bytes;
}

const nothing = (): undefined => undefined;
const sizes = fc.oneof(
  fc.nat(300),
  fc.integer(),
  fc.double(),
  fc.constantFrom(-1, 2 ** 31, 2 ** 32, 2 ** 53),
);
const junk = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    false,
    '',
    'localhost',
    7n,
    Symbol('s'),
    nothing,
    {},
    [],
    [[]],
  ),
  fc.anything(),
);

/** What happens on a signal is the whole process's business: signals.test.ts tries that in processes of their own. */
const OTHERS = new Set(['constants', 'catchSignal']);

const names = Object.keys(addon()).filter((name) => !OTHERS.has(name));

test('every function is in the fuzz', () => {
  expect(names.length).toBeGreaterThan(30);
});

/** The only functions that could wait: they get short waits. */
const SHORT = new Set(['poll', 'epollWait']);
/** Look up nothing at a name server. */
const NAMES = new Set(['getaddrinfo', 'getnameinfo']);
/** Would close what is in use. */
const CLOSES = new Set(['close']);

const watches: { close(): number }[] = [];
afterAll(() => {
  for (const watch of watches) watch.close();
});

test.each(names)('%s survives anything', (name) => {
  const call = (addon() as unknown as Record<string, (...args: unknown[]) => unknown>)[name];
  if (call === undefined) throw new Error(name);
  const [x, y] = pair();
  const epfd = owned(addon().epollCreate?.() ?? -1);
  const descriptors = CLOSES.has(name)
    ? fc.constantFrom<number>(-1, 1_000_000, 2 ** 31, Number.NaN)
    : fc.constantFrom<number>(-1, 1_000_000, x, y, epfd);
  fc.assert(
    fc.property(
      fc.nat(400),
      fc.array(fc.tuple(fc.nat(9), junk, sizes, descriptors), { minLength: 0, maxLength: 8 }),
      (length, plan) => {
        const guarded = new Guarded(length);
        const args = plan.map(([kind, anything, size, fd]): unknown => {
          switch (kind) {
            case 0:
              return guarded.bytes;
            case 1:
              return guarded.ints;
            case 2:
              return detached();
            case 3:
              return [guarded.bytes, guarded.bytes, Buffer.from('x')];
            case 4:
              return fd;
            case 5:
            case 6:
              return size;
            case 7:
              return nothing;
            default:
              return anything;
          }
        });
        // The first is a descriptor mostly, or no call would get far.
        if (args.length > 0 && typeof args[0] === 'number') args[0] = plan[0]?.[3];
        if (SHORT.has(name) && args.length > 2) args[2] = 0.001;
        if (NAMES.has(name) && typeof args[0] === 'string') args[0] = '127.0.0.1';
        if (name === 'getnameinfo') args[1] = 3;
        try {
          const result = call(...args);
          if (name === 'watch' && typeof result === 'object') watches.push(result as { close(): number });
          if (['socket', 'dup', 'accept', 'epollCreate'].includes(name)) closeAgain(result);
          if (['pipe', 'socketpair'].includes(name) && result === 0)
            guarded.ints.subarray(0, 2).forEach(closeAgain);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
        expect(guarded.isIntact()).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

function closeAgain(fd: unknown): void {
  if (typeof fd === 'number' && fd >= 0) addon().close(fd);
}
