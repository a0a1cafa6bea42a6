/*
 * How a thread that blocks learns of what its worker threads send. Each message of theirs adds to a counter in shared
 * memory, on which Atomics.wait sleeps; while the thread is in select() instead, they also write a byte to a pipe.
 *
 * The pipe lives as long as there are workers: none of them may write to a descriptor that means something else by then.
 */
import { RuntimeError } from '../../base/errors.js';
import { addon } from '../addon.js';

const COUNT = 0;
const WAKER = 1;
const BLOCKED = 2;

/** A worker thread, as far as it can be served by a thread that blocks. */
export interface ServedThread {
  /** Take in what it has sent. Whether there was anything. */
  drain(): boolean;
}

let memory: Int32Array | undefined;
let pipe: Int32Array | null = null;
const served = new Set<ServedThread>();

/** What workers are given. */
export function signalMemory(): Int32Array {
  if (memory === undefined) {
    memory = new Int32Array(new SharedArrayBuffer(12));
    memory[WAKER] = -1;
  }
  return memory;
}

/** A worker thread begins. */
export function serveThread(thread: ServedThread): void {
  served.add(thread);
}

/** A worker thread has ended. */
export function unserveThread(thread: ServedThread): void {
  served.delete(thread);
  if (served.size > 0 || pipe === null) return;
  addon().close(pipe[0]!);
  addon().close(pipe[1]!);
  pipe = null;
}

function drainAll(): boolean {
  let any = false;
  for (const thread of [...served]) if (thread.drain()) any = true;
  return any;
}

/**
 * Block until a worker thread has sent something, and take it in; at most for `timeout` seconds.
 *
 * @throws RuntimeError if there is no worker thread.
 */
export function serveThreads(timeout: number | null): void {
  const signal = signalMemory();
  const seen = Atomics.load(signal, COUNT);
  if (drainAll()) return;
  if (served.size === 0) throw new RuntimeError('the wait would never end: there is no worker thread left');
  Atomics.store(signal, BLOCKED, 1);
  try {
    Atomics.wait(signal, COUNT, seen, timeout === null ? Infinity : timeout * 1000);
  } finally {
    Atomics.store(signal, BLOCKED, 0);
  }
  drainAll();
}

/**
 * Call `select` with a descriptor that becomes readable when a worker thread sends something, and with how long it may wait:
 * `timeout`, or not at all if something was there already; then take in what was sent.
 */
export function selectWithThreads(
  timeout: number | null,
  select: (descriptor: number, timeout: number | null) => void,
): void {
  const signal = signalMemory();
  const [reader, writer] = (pipe ??= makePipe()) as unknown as [number, number];
  Atomics.store(signal, BLOCKED, 1);
  Atomics.store(signal, WAKER, writer);
  try {
    select(reader, drainAll() ? 0 : timeout);
  } finally {
    Atomics.store(signal, WAKER, -1);
    Atomics.store(signal, BLOCKED, 0);
    const bytes = new Uint8Array(4096);
    while (addon().read(reader, bytes, 0, bytes.length) === bytes.length);
  }
  drainAll();
}

function makePipe(): Int32Array {
  const ends = new Int32Array(2);
  const result = addon().pipe(ends, true);
  if (result < 0) throw new RuntimeError(`pipe() failed: errno ${-result}`);
  return ends;
}
