/*
 * How a process ends on what nobody has caught.
 */
import { describe, expect, it } from 'vitest';
import { noAddon } from '../helpers/addon.js';
import { runChild } from '../helpers/child.js';

const drivers = [
  ['run', 'await run(main())'],
  ['runSync', 'runSync(main())'],
  ['run, not awaited', 'void run(main())'],
] as const;

function program(statement: string, runIt: string): string {
  return `
    import { KeyboardInterrupt, run, runSync, sleep, SystemExit, type Coroutine } from 'tsyncio';

    function* main(): Coroutine {
      try {
        yield* sleep(0);
        ${statement}
      } finally {
        console.log('left');
      }
    }
    process.on('exit', (code) => console.log('exit', code));
    ${runIt};
  `;
}

describe.each(drivers)('an uncaught SystemExit of %s', (_name, runIt) => {
  it.each([
    ['', 0],
    ['null', 0],
    ['0', 0],
    ['3', 3],
    ['-1', 255],
    ['true', 1],
  ])('ends the process with its code: %s', async (code, status) => {
    const child = await runChild(program(`throw new SystemExit(${code});`, runIt));
    expect(child).toEqual({
      stdout: `left\nexit ${status}\n`,
      stderr: '',
      code: status,
      signal: null,
    });
  });

  it('with a text prints it, and ends the process with 1', async () => {
    const child = await runChild(program("throw new SystemExit('no such file');", runIt));
    expect(child).toEqual({ stdout: 'left\nexit 1\n', stderr: 'no such file\n', code: 1, signal: null });
  });
});

describe.each(drivers)('an uncaught KeyboardInterrupt of %s', (_name, runIt) => {
  it('ends the process by SIGINT, and tells where it was thrown', async () => {
    const { stdout, stderr, code, signal } = await runChild(program('throw new KeyboardInterrupt();', runIt));
    expect({ stdout, code, signal }).toEqual({ stdout: 'left\nexit 130\n', code: null, signal: 'SIGINT' });
    expect(stderr).toMatch(/^KeyboardInterrupt\n +at main/);
  });

  it('does so with listeners for SIGINT, too', async () => {
    const { code, signal } = await runChild(
      `process.on('SIGINT', () => undefined);${program('throw new KeyboardInterrupt();', runIt)}`,
    );
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' });
  });
});

describe('an error that ends a loop', () => {
  it('is left to a program that handles uncaught errors itself', async () => {
    const child = await runChild(
      `process.on('uncaughtException', (e) => console.log('handled', e.name));
      ${program('throw new SystemExit(3);', 'void run(main()); setTimeout(() => undefined, 50)')}`,
    );
    expect(child).toMatchObject({ stdout: 'left\nhandled SystemExit\nexit 0\n', code: 0 });
  });

  it('can be caught, and then ends nothing', async () => {
    const child = await runChild(
      program('throw new SystemExit(3);', "await run(main()).catch((e) => console.log('caught', e.code))"),
    );
    expect(child).toMatchObject({ stdout: 'left\ncaught 3\nexit 0\n', stderr: '', code: 0 });
  });

  it('does not change what other errors do', async () => {
    const child = await runChild(
      program(
        'throw new SystemExit(3);',
        "await run(main()).catch(() => { throw new RangeError('other'); })",
      ),
    );
    expect(child).toMatchObject({ stdout: 'left\nexit 1\n', code: 1 });
    expect(child.stderr).toContain('RangeError: other');
  });

  it('ends a worker thread as Node does', async () => {
    const child = await runChild(`
      import { run, SystemExit, type Coroutine } from 'tsyncio';
      import { isMainThread, Worker } from 'node:worker_threads';

      function* main(): Coroutine {
        throw new SystemExit(3);
      }
      if (isMainThread) {
        const worker = new Worker(new URL(import.meta.url));
        worker.on('error', (e) => console.log('error', e.message));
      } else await run(main());
    `);
    expect(child).toMatchObject({ stdout: 'error 3\n', code: 0 });
  });

  it.skipIf(noAddon)('of a callback ends the process, too', async () => {
    const child = await runChild(`
      import { EventLoop, SystemExit } from 'tsyncio';

      const loop = new EventLoop();
      loop.callSoon(() => {
        throw new SystemExit(7);
      });
      loop.runForeverSync();
    `);
    expect(child).toMatchObject({ stdout: '', stderr: '', code: 7 });
  });
});
