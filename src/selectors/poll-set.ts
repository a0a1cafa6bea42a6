/*
 * The array that poll(2) works on: one record of 8 bytes a descriptor, without gaps.
 *
 *     Int32Array:  |        fd         |        (...)      |
 *     Int16Array:  |    -    |    -    | events  | revents |
 *
 * Two views of the same memory, so that the order of bytes does not matter. Removing moves the last record into the gap.
 */

import { osError } from '../base/oserror.js';
import { type Addon, addon } from '../platform/addon.js';

/* The same numbers everywhere. */
export const POLLIN = 0x001;
export const POLLPRI = 0x002;
export const POLLOUT = 0x004;
export const POLLERR = 0x008;
export const POLLHUP = 0x010;
export const POLLNVAL = 0x020;

const FIRST_CAPACITY = 16;

/** Descriptors with the events waited for, and which of them were ready at the last look. */
export class PollSet {
  readonly #addon: Addon = addon();
  readonly #slots: Map<number, number> = new Map();
  #ints: Int32Array = new Int32Array(2 * FIRST_CAPACITY);
  #halves: Int16Array = new Int16Array(this.#ints.buffer);
  /** Pairs of a descriptor and its events, copied, so that changes to the set do not touch them. */
  #ready: Int32Array = new Int32Array(2 * FIRST_CAPACITY);

  /** Adds a descriptor, or changes the events of one that is in. */
  set(fd: number, events: number): void {
    let slot = this.#slots.get(fd);
    if (slot === undefined) {
      slot = this.#slots.size;
      if (2 * slot === this.#ints.length) this.#grow();
      this.#slots.set(fd, slot);
      this.#ints[2 * slot] = fd;
    }
    this.#halves[4 * slot + 2] = events;
    this.#halves[4 * slot + 3] = 0;
  }

  /** The events of a descriptor; 0 for one that is not in. */
  get(fd: number): number {
    const slot = this.#slots.get(fd);
    return slot === undefined ? 0 : (this.#halves[4 * slot + 2] ?? 0);
  }

  delete(fd: number): void {
    const slot = this.#slots.get(fd);
    if (slot === undefined) return;
    this.#slots.delete(fd);
    const last = this.#slots.size;
    if (slot === last) return;
    const moved = this.#ints[2 * last] ?? -1;
    this.#ints.copyWithin(2 * slot, 2 * last, 2 * last + 2);
    this.#slots.set(moved, slot);
  }

  #grow(): void {
    const larger = new Int32Array(this.#ints.length * 2);
    larger.set(this.#ints);
    this.#ints = larger;
    this.#halves = new Int16Array(larger.buffer);
    this.#ready = new Int32Array(larger.length);
  }

  /**
   * Waits, and says how many are ready.
   *
   * @param timeout - seconds; negative for no end.
   * @throws OSError with `syscall`.
   */
  wait(timeout: number, syscall: string): number {
    const size = this.#slots.size;
    const count = this.#addon.poll(this.#ints, size, timeout);
    if (count < 0) throw osError({ errno: count, syscall });
    for (let slot = 0, found = 0; found < count; slot++) {
      const events = this.#halves[4 * slot + 3] ?? 0;
      if (events === 0) continue;
      this.#ready[2 * found] = this.#ints[2 * slot] ?? -1;
      this.#ready[2 * found + 1] = events;
      found++;
    }
    return count;
  }

  readyFd(i: number): number {
    return this.#ready[2 * i] ?? -1;
  }

  readyEvents(i: number): number {
    return this.#ready[2 * i + 1] ?? 0;
  }
}
