import { errnoOf } from '../base/errno.js';

/** Results of the addon that mean: not now. */
export const EAGAIN: number = -errnoOf('EAGAIN');
export const EINTR: number = -errnoOf('EINTR');

/** Whether a negative result of the addon means: not now. */
export function wouldBlock(result: number): boolean {
  return result === EAGAIN || result === EINTR;
}
