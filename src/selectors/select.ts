import { ValueError } from '../base/errors.js';
import { errnoOf } from '../base/errno.js';
import { osError } from '../base/oserror.js';
import { waitOf } from './base.js';
import { type FileObject, filenoOf } from './fileobj.js';
import { POLLNVAL, PollSet } from './poll-set.js';
import { EXCEPTIONAL, READABLE, WRITABLE, interestOf } from './select-events.js';

function sequenceOf<F extends FileObject>(list: Iterable<F>): F[] {
  if (typeof list !== 'object' || !(Symbol.iterator in list)) {
    throw new TypeError('arguments 1-3 must be sequences');
  }
  return [...list];
}

function descriptorOf(fileobj: FileObject): number {
  const fd = filenoOf(fileobj);
  if (fd === undefined) throw new TypeError('argument must be an int, or have a fileno() method.');
  if (fd < 0) throw new ValueError(`file descriptor cannot be a negative integer (${String(fd)})`);
  return fd;
}

function checkTimeout(timeout: number | null | undefined): number | null {
  if (timeout === null || timeout === undefined) return null;
  if (typeof timeout !== 'number') throw new TypeError('timeout must be a float or None');
  if (Number.isNaN(timeout)) throw new ValueError('Invalid value NaN (not a number)');
  if (timeout < 0) throw new ValueError('timeout must be non-negative');
  return timeout;
}

function addAll(set: PollSet, fds: readonly number[], interest: number): void {
  for (const fd of fds) set.set(fd, set.get(fd) | interest);
}

/** The events of each descriptor that is ready. */
function collect(set: PollSet, count: number): Map<number, number> {
  const ready = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const events = set.readyEvents(i);
    if ((events & POLLNVAL) !== 0) throw osError({ errno: errnoOf('EBADF'), syscall: 'select' });
    ready.set(set.readyFd(i), events);
  }
  return ready;
}

/**
 * Wait until some of the file objects are ready. It blocks, and it looks at each of them: for many, or again and
 * again, a selector is better.
 *
 * Python: `select.select`.
 *
 * @param rlist - wait until readable.
 * @param wlist - wait until writable.
 * @param xlist - wait for an exceptional condition: urgent data.
 * @param timeout - seconds; 0 only looks, `null` or nothing waits as long as it takes.
 * @returns three arrays: those of each list that are ready, in its order. All are empty when the time was over.
 * @throws OSError for a closed descriptor; ValueError for a negative timeout or descriptor; TypeError for what is no
 * file object.
 *
 * @example
 * ```ts
 * import { select } from 'tsyncio/selectors';
 * import { socketpair } from 'tsyncio/socket';
 *
 * const [a, b] = socketpair();
 * a.send('!');
 * const [readable, writable] = select([a, b], [b], [], 1);
 * console.log(readable.length, readable[0] === b, writable.length);
 * a.close();
 * b.close();
 * // 1 true 1
 * ```
 */
export function select<R extends FileObject, W extends FileObject, X extends FileObject>(
  rlist: Iterable<R>,
  wlist: Iterable<W>,
  xlist: Iterable<X>,
  timeout?: number | null,
): [R[], W[], X[]] {
  const lists = [sequenceOf(rlist), sequenceOf(wlist), sequenceOf(xlist)] as const;
  const [readFds, writeFds, exceptFds] = [
    lists[0].map(descriptorOf),
    lists[1].map(descriptorOf),
    lists[2].map(descriptorOf),
  ];
  const wait = waitOf(checkTimeout(timeout));
  const set = new PollSet();
  addAll(set, readFds, interestOf(true, false, false));
  addAll(set, writeFds, interestOf(false, true, false));
  addAll(set, exceptFds, interestOf(false, false, true));
  const ready = collect(set, set.wait(wait, 'select'));
  const among = (fds: readonly number[], events: number) => (_: unknown, i: number) =>
    ((ready.get(fds[i] ?? -1) ?? 0) & events) !== 0;
  return [
    lists[0].filter(among(readFds, READABLE)),
    lists[1].filter(among(writeFds, WRITABLE)),
    lists[2].filter(among(exceptFds, EXCEPTIONAL)),
  ];
}
