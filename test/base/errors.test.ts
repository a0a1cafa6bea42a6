import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as tsyncio from '../../src/index.js';
import {
  BaseException,
  BlockingIOError,
  BrokenBarrierError,
  BrokenPipeError,
  CancelledError,
  ChildProcessError,
  ConnectionAbortedError,
  ConnectionError,
  ConnectionRefusedError,
  ConnectionResetError,
  DeadlockError,
  EOFError,
  FileExistsError,
  FileNotFoundError,
  GeneratorExit,
  IncompleteReadError,
  InterruptedError,
  InvalidStateError,
  IsADirectoryError,
  isException,
  KeyboardInterrupt,
  KeyError,
  LimitOverrunError,
  LookupError,
  NotADirectoryError,
  NotImplementedError,
  OSError,
  PermissionError,
  ProcessLookupError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  SendfileNotAvailableError,
  StopAsyncIteration,
  SystemExit,
  TimeoutError,
  ValueError,
} from '../../src/index.js';

/** Each class, and the one that Python derives it from. */
const family = {
  CancelledError: [CancelledError, BaseException],
  KeyboardInterrupt: [KeyboardInterrupt, BaseException],
  SystemExit: [SystemExit, BaseException],
  GeneratorExit: [GeneratorExit, BaseException],
  RuntimeError: [RuntimeError, Error],
  NotImplementedError: [NotImplementedError, RuntimeError],
  BrokenBarrierError: [BrokenBarrierError, RuntimeError],
  DeadlockError: [DeadlockError, RuntimeError],
  SendfileNotAvailableError: [SendfileNotAvailableError, RuntimeError],
  ValueError: [ValueError, Error],
  LookupError: [LookupError, Error],
  KeyError: [KeyError, LookupError],
  EOFError: [EOFError, Error],
  StopAsyncIteration: [StopAsyncIteration, Error],
  InvalidStateError: [InvalidStateError, Error],
  QueueEmpty: [QueueEmpty, Error],
  QueueFull: [QueueFull, Error],
  QueueShutDown: [QueueShutDown, Error],
  OSError: [OSError, Error],
  BlockingIOError: [BlockingIOError, OSError],
  ChildProcessError: [ChildProcessError, OSError],
  ConnectionError: [ConnectionError, OSError],
  BrokenPipeError: [BrokenPipeError, ConnectionError],
  ConnectionAbortedError: [ConnectionAbortedError, ConnectionError],
  ConnectionRefusedError: [ConnectionRefusedError, ConnectionError],
  ConnectionResetError: [ConnectionResetError, ConnectionError],
  FileExistsError: [FileExistsError, OSError],
  FileNotFoundError: [FileNotFoundError, OSError],
  InterruptedError: [InterruptedError, OSError],
  IsADirectoryError: [IsADirectoryError, OSError],
  NotADirectoryError: [NotADirectoryError, OSError],
  PermissionError: [PermissionError, OSError],
  ProcessLookupError: [ProcessLookupError, OSError],
  TimeoutError: [TimeoutError, OSError],
} as const;

describe('error classes', () => {
  it.each(Object.entries(family))('%s is derived as in Python, and is named so', (name, [Class, Base]) => {
    const error = new Class('text');
    expect(error).toBeInstanceOf(Base);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(name);
    expect(error.message).toBe('text');
    expect(String(error)).toBe(`${name}: text`);
    expect(error.stack).toContain(`${name}: text`);
  });

  it.each(Object.entries(family))('%s needs no text', (name, [Class]) => {
    expect(String(new Class())).toBe(name);
  });

  it('are all in the list above', () => {
    const classes = Object.entries(tsyncio).filter(
      ([, value]) => typeof value === 'function' && value.prototype instanceof Error,
    );
    // Those that are not made of a text alone; CancelRequest tells of a cancellation, and is never thrown.
    const others = [
      ...['BaseException', 'BaseExceptionGroup', 'ExceptionGroup'],
      ...['IncompleteReadError', 'LimitOverrunError', 'CancelRequest'],
    ];
    expect(classes.map(([name]) => name).sort()).toEqual([...Object.keys(family), ...others].sort());
  });

  it("name a user's subclass after itself, and a name can be given", () => {
    class Boom extends ValueError {}
    const boom = new Boom('now');
    expect(boom.name).toBe('Boom');
    boom.name = 'Bang';
    expect(String(boom)).toBe('Bang: now');
    expect(Object.keys(boom)).toEqual([]);
  });

  it('keep the cause, and have no such property without one', () => {
    const cause = new Error('first');
    for (const Class of [
      RuntimeError,
      ValueError,
      LookupError,
      EOFError,
      StopAsyncIteration,
      InvalidStateError,
    ]) {
      expect(new Class('second', { cause }).cause).toBe(cause);
      expect('cause' in new Class('second')).toBe(false);
    }
    expect(new CancelledError('second', { cause }).cause).toBe(cause);
    expect(new TimeoutError('second', { cause }).cause).toBe(cause);
  });
});

describe('errors of streams', () => {
  it('tell what came, and how much was wanted', () => {
    const error = new IncompleteReadError(Buffer.from('abc'), 10);
    expect(error).toBeInstanceOf(EOFError);
    expect(String(error)).toBe('IncompleteReadError: 3 bytes read on a total of 10 expected bytes');
    expect([String(error.partial), error.expected]).toEqual(['abc', 10]);
    expect(new IncompleteReadError(Buffer.from(''), null).message).toBe(
      '0 bytes read on a total of undefined expected bytes',
    );
  });

  it('tell how much can be read', () => {
    const error = new LimitOverrunError('too long', 7);
    expect(String(error)).toBe('LimitOverrunError: too long');
    expect(error.consumed).toBe(7);
  });
});

describe('isException', () => {
  it('is false for what `except Exception` lets pass', () => {
    for (const Class of [CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit, BaseException]) {
      expect(isException(new Class())).toBe(false);
    }
  });

  it('is true for all other things that can be thrown', () => {
    for (const thrown of [new Error(), new TypeError(), new TimeoutError(), 'text', undefined, null, 0]) {
      expect(isException(thrown)).toBe(true);
    }
  });
});

describe('BaseException', () => {
  it('has the arguments that it was made with, and shows them not', () => {
    expect(new CancelledError().args).toEqual([]);
    expect(new CancelledError(null).args).toEqual([]);
    expect(new CancelledError('why').args).toEqual(['why']);
    expect(new CancelledError({ any: 'thing' }).args).toEqual([{ any: 'thing' }]);
    expect(inspect(new CancelledError('why'))).not.toContain('args');
  });

  it('of SystemExit has the exit status', () => {
    expect(new SystemExit(3).code).toBe(3);
    expect(new SystemExit().code).toBeNull();
  });
});

describe('OSError', () => {
  it('has what Python and Node tell of an error of the system', () => {
    const fields = {
      errno: 111,
      strerror: 'Connection refused',
      code: 'ECONNREFUSED',
      syscall: 'connect',
      port: 9,
    };
    const error = new ConnectionRefusedError('connect ECONNREFUSED 127.0.0.1:9', {
      ...fields,
      address: '127.0.0.1',
    });
    expect(error).toMatchObject({ ...fields, address: '127.0.0.1' });
    expect('path' in error).toBe(false);
  });

  it('has neither number nor text of the system where there is none', () => {
    const error = new OSError('timed out');
    expect(error.errno).toBeNull();
    expect(error.strerror).toBeNull();
    expect(Object.keys(error)).toEqual([]);
  });
});
