/*
 * tsyncio/signal: numbers, names and handlers of the process.
 */
import { constants } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KeyboardInterrupt, OSError, run, sleep, ValueError } from '../../src/index.js';
import * as signal from '../../src/signal/index.js';
import { runChild } from '../helpers/child.js';

const { SIG_DFL, SIG_IGN, SIGHUP, SIGINT, SIGKILL, SIGUSR2 } = signal;

describe('the numbers of signals', () => {
  it('are those of this system', () => {
    const numbers = Object.entries(signal).filter(([name]) => /^SIG[A-Z]/.test(name));
    expect(numbers.length).toBeGreaterThan(30);
    for (const [name, value] of numbers) {
      expect([name, value]).toEqual([name, constants.signals[name as NodeJS.Signals] ?? Number.NaN]);
    }
    for (const name of Object.keys(constants.signals)) expect(signal).toHaveProperty(name);
  });

  it('have names', () => {
    expect(signal.Signals.SIGTERM).toBe(signal.SIGTERM);
    expect(signal.Signals[signal.SIGTERM]).toBe('SIGTERM');
    expect(signal.Signals[signal.SIGIOT]).toBe('SIGABRT');
    expect(signal.Signals[1000]).toBeUndefined();
  });

  it('are all valid', () => {
    const valid = signal.validSignals();
    expect(valid).toEqual(new Set(Object.values(constants.signals)));
    expect(valid.has(SIGKILL)).toBe(true);
    expect(valid.has(0)).toBe(false);
  });

  it('have a description', () => {
    expect(signal.strsignal(SIGINT)).toBe('Interrupt');
    expect(signal.strsignal('SIGTERM')).toBe('Terminated');
    for (const signum of signal.validSignals()) expect(signal.strsignal(signum)).not.toBeNull();
    expect(() => signal.strsignal(1000)).toThrow(new ValueError('signal number out of range'));
    expect(() => signal.strsignal('1' as never)).toThrow(TypeError);
  });

  it('are those of Linux where nobody says', async () => {
    vi.resetModules();
    vi.stubGlobal('process', undefined);
    try {
      const elsewhere = await import('../../src/signal/index.js');
      expect(elsewhere.SIGTERM).toBe(15);
      expect(elsewhere.validSignals()).toEqual(new Set());
    } finally {
      vi.unstubAllGlobals();
      vi.resetModules();
    }
  });
});

describe('signal', () => {
  afterEach(() => {
    signal.signal(SIGUSR2, SIG_DFL);
  });

  it('has a function called with the number, and gives back what was there before', async () => {
    const seen: unknown[] = [];
    const handler = (...args: unknown[]): number => seen.push(args);
    expect(signal.getsignal(SIGUSR2)).toBe(SIG_DFL);
    expect(signal.signal(SIGUSR2, handler)).toBe(SIG_DFL);
    expect(signal.getsignal('SIGUSR2')).toBe(handler);
    signal.raiseSignal(SIGUSR2);
    await vi.waitFor(() => {
      expect(seen).toEqual([[SIGUSR2, null]]);
    });
    expect(signal.signal('SIGUSR2', SIG_IGN)).toBe(handler);
    signal.raiseSignal('SIGUSR2');
    await run(sleep(0.01));
    expect(seen).toHaveLength(1);
    expect(signal.signal(SIGUSR2, SIG_DFL)).toBe(SIG_IGN);
    expect(process.listenerCount('SIGUSR2')).toBe(0);
  });

  it('says null where somebody else listens', () => {
    const listener = (): void => undefined;
    process.on('SIGUSR2', listener);
    expect(signal.getsignal(SIGUSR2)).toBeNull();
    process.off('SIGUSR2', listener);
    expect(signal.getsignal(SIGUSR2)).toBe(SIG_DFL);
  });

  it('knows what Node begins with', async () => {
    const { stdout } = await runChild(`
      import * as signal from 'tsyncio/signal';
      console.log(
        signal.getsignal(signal.SIGINT) === signal.defaultIntHandler,
        signal.getsignal(signal.SIGPIPE) === signal.SIG_IGN,
        signal.getsignal(signal.SIGTERM) === signal.SIG_DFL,
        signal.signal(signal.SIGINT, signal.SIG_IGN) === signal.defaultIntHandler,
        signal.signal(signal.SIGINT, signal.defaultIntHandler) === signal.SIG_IGN,
        signal.getsignal(signal.SIGINT) === signal.defaultIntHandler,
      );
    `);
    expect(stdout).toBe('true true true true true true\n');
  });

  it('refuses what cannot be', () => {
    for (const handler of [SIG_IGN, SIG_DFL, () => undefined] as const) {
      expect(() => signal.signal(SIGKILL, handler)).toThrow(OSError);
    }
    expect(() => signal.signal(SIGKILL, SIG_DFL)).toThrow(expect.objectContaining({ errno: 22 }));
    expect(() => signal.signal(0, SIG_IGN)).toThrow(new ValueError('signal number out of range'));
    expect(() => signal.getsignal(-1)).toThrow(ValueError);
    expect(() => {
      signal.raiseSignal(1000);
    }).toThrow(ValueError);
    expect(() => signal.signal(SIGHUP, 'ignore' as never)).toThrow(
      new TypeError('signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object'),
    );
  });

  it("defaultIntHandler throws, as Python's does", () => {
    expect(() => signal.defaultIntHandler(SIGINT, null)).toThrow(KeyboardInterrupt);
  });
});

describe('SIGINT in a program that has set what happens on it', () => {
  const program = (before: string, within: string, seconds: number): string => `
    import { KeyboardInterrupt, run, sleep, type Coroutine } from 'tsyncio';
    import { defaultIntHandler, raiseSignal, SIG_DFL, SIG_IGN, SIGINT, signal } from 'tsyncio/signal';

    function* main(): Coroutine<string> {
      ${within}
      yield* sleep(${seconds});
      return 'not interrupted';
    }
    ${before}
    console.log(await run(main()).catch((e) => e.name));
  `;

  it.each([
    ['to a function before', 'signal(SIGINT, (n) => console.log(n));', '', '2\nnot interrupted\n'],
    ['to be ignored before', 'signal(SIGINT, SIG_IGN);', '', 'not interrupted\n'],
    [
      'back to the default before',
      'signal(SIGINT, SIG_DFL); signal(SIGINT, defaultIntHandler);',
      '',
      'KeyboardInterrupt\n',
    ],
    ['to a function in main', '', 'signal(SIGINT, (n) => console.log(n));', '2\nnot interrupted\n'],
    [
      'to a function in main, and back',
      '',
      'signal(SIGINT, SIG_IGN); signal(SIGINT, defaultIntHandler);',
      'KeyboardInterrupt\n',
    ],
    [
      'to a function in main that was called once, and back',
      '',
      `signal(SIGINT, () => signal(SIGINT, defaultIntHandler));
       raiseSignal(SIGINT);
       yield* sleep(0.05);`,
      'KeyboardInterrupt\n',
    ],
  ])('%s does that', async (_when, before, within, stdout) => {
    // Node has to hear of the signal before the time is up, however busy the machine is.
    const seconds = stdout === 'KeyboardInterrupt\n' ? 60 : 0.3;
    const child = await runChild(program(before, `${within} raiseSignal(SIGINT);`, seconds));
    expect(child).toMatchObject({ stdout, stderr: '', code: 0 });
  });

  it.each([
    ['before', 'signal(SIGINT, SIG_DFL);', ''],
    ['in main', '', 'signal(SIGINT, SIG_DFL);'],
  ])('to SIG_DFL %s ends at once', async (_when, before, within) => {
    const child = await runChild(program(before, `${within} raiseSignal(SIGINT);`, 60));
    expect(child).toMatchObject({ stdout: '', stderr: '', code: null, signal: 'SIGINT' });
  });
});
