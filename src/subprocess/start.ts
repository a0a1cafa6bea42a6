/*
 * loop.subprocessExec and loop.subprocessShell.
 */
import type { Coroutine } from '../base/awaitable.js';
import { KeyboardInterrupt, SystemExit, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import { reprValue } from '../base/repr.js';
import { requireHosted } from '../duplex/hosted-only.js';
import type { SelectorEventLoop, Subprocess, SubprocessOptions } from '../loop/index.js';
import type { BaseProtocol, ProtocolFactory } from '../protocols/index.js';
import { makeProtocol } from '../protocols/protocols.js';
import { checkOptions, describeStdio, withPipes } from './check-options.js';
import { spawn } from './spawn.js';
import { UnixSubprocessTransport } from './transport.js';

/** `loop.subprocessExec`. */
export function* subprocessExec<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  args: readonly string[],
  options: SubprocessOptions,
): Coroutine<Subprocess<P>> {
  checkOptions('subprocessExec', options, false);
  for (const [i, arg] of args.entries()) {
    if (typeof arg === 'string') continue;
    const name = i === 0 ? 'program' : `argument ${i} of the program`;
    throw new TypeError(`${name} must be a string, not ${reprValue(arg)}`);
  }
  return yield* start(loop, factory, args, withPipes(options), `execute program ${reprValue(args[0])}`);
}

/** `loop.subprocessShell`. */
export function* subprocessShell<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  command: string,
  options: SubprocessOptions,
): Coroutine<Subprocess<P>> {
  if (typeof command !== 'string') throw new ValueError('cmd must be a string');
  checkOptions('subprocessShell', options, true);
  const args = ['/bin/sh', '-c', command];
  return yield* start(loop, factory, args, withPipes(options), `run shell command ${reprValue(command)}`);
}

function* start<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  args: readonly string[],
  options: SubprocessOptions,
  what: string,
): Coroutine<Subprocess<P>> {
  requireHosted(loop, 'a child process');
  const protocol = makeProtocol(factory);
  if (loop.getDebug()) logger.debug(`${what} ${describeStreams(options)}`);
  const spawned = yield* spawn(loop, args, options);
  const waiter = loop.createFuture<void>();
  const transport = new UnixSubprocessTransport(loop, protocol, spawned, waiter);
  try {
    yield* waiter;
  } catch (error) {
    if (error instanceof SystemExit || error instanceof KeyboardInterrupt) throw error;
    transport.close();
    yield* transport._wait();
    throw error;
  }
  if (loop.getDebug()) logger.info(`${what}: ${String(transport)}`);
  return [transport, protocol];
}

function describeStreams({ stdin, stdout, stderr }: SubprocessOptions): string {
  return `stdin=${describeStdio(stdin)} stdout=${describeStdio(stdout)} stderr=${describeStdio(stderr)}`;
}
