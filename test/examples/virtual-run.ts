/* `tsyncio` for the programs under test: the same, but `run` takes a loop in virtual time unless it is told not to. */
import { type Awaitable, run as runFor, type RunOptions } from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';

export * from '../../src/index.js';

export function run<T>(main: Awaitable<T>, options: RunOptions = {}): Promise<T> {
  const loopFactory = process.env.PROGRAM_CLOCK === 'virtual' ? () => new VirtualEventLoop() : null;
  return runFor(main, { loopFactory, ...options });
}
