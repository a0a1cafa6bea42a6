/*
 * Pipes and processes. Importing this file gives them to all loops.
 */
import { registerProcesses } from '../base/network.js';
import type { BaseEventLoop, SelectorEventLoop } from '../loop/index.js';
import type { ProcessProvider } from '../loop/process-provider.js';
import { connectReadPipe, connectWritePipe } from '../pipes/index.js';
import { subprocessExec, subprocessShell } from './start.js';

export { createSubprocessExec, createSubprocessShell, type Output, type ProcessOptions } from './process.js';
export * as subprocess from './namespace.js';

/** Only loops with a selector have these methods. */
function selectorLoop(loop: BaseEventLoop): SelectorEventLoop {
  return loop as SelectorEventLoop;
}

const provider: ProcessProvider = {
  connectReadPipe: (loop, factory, pipe) => connectReadPipe(selectorLoop(loop), factory, pipe),
  connectWritePipe: (loop, factory, pipe) => connectWritePipe(selectorLoop(loop), factory, pipe),
  subprocessExec: (loop, factory, args, options) =>
    subprocessExec(selectorLoop(loop), factory, args, options),
  subprocessShell: (loop, factory, cmd, options) =>
    subprocessShell(selectorLoop(loop), factory, cmd, options),
};

registerProcesses(provider);
