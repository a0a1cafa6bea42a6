/*
 * SIGINT at each stage of a program, in processes of their own: what it prints, and how the shell sees it end.
 */
import { describe, expect, it } from 'vitest';
import { noAddon } from '../helpers/addon.js';
import { type ChildResult, startChild } from '../helpers/child.js';

interface Way {
  name: string;
  /** The statement that runs `main()`. */
  runIt: string;
}

const hosted: Way = { name: 'run', runIt: 'await run(main())' };
const blocking: Way = { name: 'runSync', runIt: 'runSync(main())' };

const PRELUDE = `
  import {
    asyncGenerator, anext, createTask, getRunningLoop, run, Runner, runSync, sleep, wait, type Coroutine,
  } from 'tsyncio';
  import { writeSync } from 'node:fs';

  const say = (text: string) => writeSync(1, \`\${text}\\n\`);
`;

/** Run `body`, and send SIGINT each time it says `^C`. */
async function interrupted(body: string, way: Way, times = 1): Promise<ChildResult & { said: string[] }> {
  const child = await startChild(`${PRELUDE}\n${body.replace('RUN', way.runIt)}`);
  for (let i = 1; i <= times; i++) {
    await child.printed(`^C${i}`);
    child.kill('SIGINT');
  }
  const result = await child.ended;
  return { ...result, said: result.stdout.trimEnd().split('\n') };
}

const BY_SIGINT = { code: null, signal: 'SIGINT' };

describe.concurrent.each(noAddon ? [hosted] : [hosted, blocking])('SIGINT in a program of $name', (way) => {
  it('while main sleeps cancels it, and ends the process by SIGINT', async () => {
    const result = await interrupted(
      `function* main(): Coroutine {
        say('^C1');
        try {
          yield* sleep(1000);
        } catch (e) {
          say(e.name);
          throw e;
        } finally {
          yield* sleep(0.01);
          say('cleaned up');
        }
      }
      RUN;
      say('not reached');`,
      way,
    );
    expect(result.said).toEqual(['^C1', 'CancelledError', 'cleaned up']);
    expect(result).toMatchObject(BY_SIGINT);
    expect(result.stderr).toMatch(/^KeyboardInterrupt/);
  });

  it('while main is busy cancels it', async () => {
    const result = await interrupted(
      `function* main(): Coroutine {
        say('^C1');
        for (;;) yield* sleep(0);
      }
      RUN;`,
      way,
    );
    expect(result).toMatchObject(BY_SIGINT);
  });

  it('while a task of main sleeps cancels main, and then the task', async () => {
    const result = await interrupted(
      `function* child(): Coroutine {
        try {
          say('^C1');
          yield* sleep(1000);
        } finally {
          say('child left');
        }
      }
      function* main(): Coroutine {
        const task = createTask(child());
        try {
          yield* wait([task]);
        } finally {
          say('main left');
        }
      }
      RUN;`,
      way,
    );
    expect(result.said).toEqual(['^C1', 'main left', 'child left']);
    expect(result).toMatchObject(BY_SIGINT);
  });

  it('while main cleans up after an error interrupts the clean-up', async () => {
    const result = await interrupted(
      `function* main(): Coroutine {
        try {
          throw new Error('the first');
        } finally {
          say('^C1');
          try {
            yield* sleep(1000);
          } catch (e) {
            say(e.name);
            throw e;
          }
        }
      }
      RUN;`,
      way,
    );
    expect(result.said).toEqual(['^C1', 'CancelledError']);
    expect(result).toMatchObject(BY_SIGINT);
  });

  it('twice leaves the loop at once, and what is left is cancelled', async () => {
    const result = await interrupted(
      `function* main(): Coroutine {
        say('^C1');
        try {
          yield* sleep(1000);
        } catch (first) {
          say('^C2');
          try {
            yield* sleep(1000);
          } catch (second) {
            say('second ' + second.name);
            throw second;
          }
        }
      }
      RUN;`,
      way,
      2,
    );
    expect(result.said).toEqual(['^C1', '^C2', 'second CancelledError']);
    expect(result).toMatchObject(BY_SIGINT);
  });

  it('which main swallows lets it go on, and its result comes out', async () => {
    const result = await interrupted(
      `function* main(): Coroutine<string> {
        say('^C1');
        try {
          yield* sleep(1000);
        } catch (e) {
          say('swallowed');
        }
        yield* sleep(0.01);
        return 'result';
      }
      say(RUN);`,
      way,
    );
    expect(result.said).toEqual(['^C1', 'swallowed', 'result']);
    expect(result).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('which comes as main ends all the same lets its result out', async () => {
    const result = await interrupted(
      `function* main(): Coroutine<string> {
        const end = getRunningLoop().createFuture<string>();
        end.addDoneCallback(() => say(String(end.cancelled())));
        getRunningLoop().callLater(1000, end.setResult);
        say('^C1');
        try {
          return yield* end;
        } catch (e) {
          return 'finished in the meantime';
        }
      }
      say(RUN);`,
      way,
    );
    expect(result.said).toEqual(['^C1', 'true', 'finished in the meantime']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  it('while the tasks that are left are cancelled leaves the loop at once', async () => {
    const result = await interrupted(
      `function* stubborn(): Coroutine {
        try {
          yield* sleep(1000);
        } finally {
          say('^C1');
          yield* sleep(1000);
          say('not reached');
        }
      }
      function* main(): Coroutine {
        createTask(stubborn());
        yield* sleep(0);
      }
      try {
        RUN;
      } catch (e) {
        say(e.name);
        throw e;
      }`,
      way,
    );
    expect(result.said).toEqual(['^C1', 'KeyboardInterrupt']);
    expect(result).toMatchObject(BY_SIGINT);
    expect(result.stderr).toContain('Task was destroyed but it is pending!');
  });

  it('while asynchronous generators are closed leaves the loop at once', async () => {
    const result = await interrupted(
      `const numbers = asyncGenerator(function* (emit) {
        try {
          yield* emit(1);
        } finally {
          say('^C1');
          yield* sleep(1000);
          say('not reached');
        }
      });
      function* main(): Coroutine {
        say(String(yield* anext(numbers)));
      }
      RUN;`,
      way,
    );
    expect(result.said).toEqual(['1', '^C1']);
    expect(result).toMatchObject(BY_SIGINT);
  });

  it('while the default executor is shut down leaves the loop at once', async () => {
    const result = await interrupted(
      `function work(): void {
        const pause = new Int32Array(new SharedArrayBuffer(4));
        Atomics.wait(pause, 0, 0, 200);
        process.getBuiltinModule('node:fs').writeSync(1, '^C1\\n');
        Atomics.wait(pause, 0, 0, 60_000);
      }
      function* main(): Coroutine {
        void getRunningLoop().runInExecutor(null, work);
        say('main is over');
      }
      RUN;
      say('not reached');`,
      way,
    );
    expect(result.said).toEqual(['main is over', '^C1']);
    expect(result).toMatchObject(BY_SIGINT);
    expect(result.stderr).toMatch(/^KeyboardInterrupt/);
  });

  it('can be caught outside', async () => {
    const result = await interrupted(
      `function* main(): Coroutine {
        say('^C1');
        yield* sleep(1000);
      }
      try {
        RUN;
      } catch (e) {
        say('caught ' + e.name);
        process.exitCode = 5;
      }`,
      way,
    );
    expect(result.said).toEqual(['^C1', 'caught KeyboardInterrupt']);
    expect(result).toMatchObject({ code: 5, signal: null, stderr: '' });
  });

  it('goes to a handler of the program, which was there before', async () => {
    const result = await interrupted(
      `process.on('SIGINT', () => {
        say('mine');
        finish();
      });
      let finish = () => {};
      function* main(): Coroutine<string> {
        const future = getRunningLoop().createFuture<string>();
        finish = () => future.setResult('finished');
        getRunningLoop().callLater(1000, () => undefined);
        say('^C1');
        return yield* future;
      }
      say(RUN);
      say(String(process.listenerCount('SIGINT')));
      process.removeAllListeners('SIGINT');`,
      way,
    );
    expect(result.said).toEqual(['^C1', 'mine', 'finished', '1']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  it('after the program ends the process, as always', async () => {
    const result = await interrupted(
      `function* main(): Coroutine {
        yield* sleep(0.001);
      }
      RUN;
      setTimeout(() => undefined, 10_000);
      say('^C1');`,
      way,
    );
    expect(result).toMatchObject({ ...BY_SIGINT, stderr: '' });
  });

  it('is told anew to each run of a Runner', async () => {
    const runIt = way === hosted ? 'await runner.run(main(i))' : 'runner.runSync(main(i))';
    const close = way === hosted ? 'await runner.close()' : 'runner.closeSync()';
    const result = await interrupted(
      `function* main(i: number): Coroutine {
        say('^C' + i);
        yield* sleep(1000);
      }
      const runner = new Runner();
      for (const i of [1, 2]) {
        try {
          ${runIt};
        } catch (e) {
          say(e.name);
        }
      }
      ${close};
      say('closed');`,
      way,
      2,
    );
    expect(result.said).toEqual(['^C1', 'KeyboardInterrupt', '^C2', 'KeyboardInterrupt', 'closed']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('SIGINT in a program', () => {
  it('before main has begun does not let it begin', async () => {
    const result = await interrupted(
      `function* main(): Coroutine {
        say('not reached');
        yield* sleep(1000);
      }
      const running = run(main());
      process.emit('SIGINT');
      await running;`,
      hosted,
      0,
    );
    expect(result.said).toEqual(['']);
    expect(result).toMatchObject(BY_SIGINT);
  });

  it('before run is called ends the process, as always', async () => {
    const result = await interrupted(
      `say('^C1');
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      run(sleep(0));`,
      hosted,
    );
    expect(result).toMatchObject({ ...BY_SIGINT, stderr: '' });
  });

  it('interrupts every run that is under way', async () => {
    const result = await interrupted(
      `let ready = 0;
      function* main(name: string): Coroutine {
        try {
          if (++ready === 2) say('^C1');
          yield* sleep(1000);
        } finally {
          say(name + ' left');
        }
      }
      const both = await Promise.allSettled([run(main('first')), run(main('second'))]);
      for (const { reason } of both) say(reason.name);
      say(String(process.listenerCount('SIGINT')));`,
      hosted,
    );
    expect(result.said).toEqual([
      '^C1',
      'first left',
      'second left',
      'KeyboardInterrupt',
      'KeyboardInterrupt',
      '0',
    ]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  it('interrupts the second run when the first has ended', async () => {
    const result = await interrupted(
      `const [first, second] = await Promise.allSettled([
        run(sleep(0.01, 'first')).finally(() => setTimeout(() => say('^C1'), 10)),
        run(sleep(1000)),
      ]);
      say(first.value + ' ' + second.reason.name);`,
      hosted,
    );
    expect(result.said).toEqual(['^C1', 'first KeyboardInterrupt']);
  });

  it.skipIf(noAddon)('interrupts a blocking loop that waits on a socket', async () => {
    const result = await interrupted(
      `import { socketpair } from 'tsyncio/socket';
      function* main(): Coroutine {
        const [a, b] = socketpair();
        a.setblocking(false);
        say('^C1');
        try {
          yield* getRunningLoop().sockRecv(a, 10);
        } finally {
          a.close();
          b.close();
        }
      }
      runSync(main());`,
      blocking,
    );
    expect(result).toMatchObject(BY_SIGINT);
  });

  it('without the addon ends a program of runSync at once', async () => {
    const child = await startChild(
      `${PRELUDE}
      say('^C1');
      runSync(sleep(1000));`,
      { env: { TSYNCIO_NO_ADDON: '1' } },
    );
    await child.printed('^C1');
    child.kill('SIGINT');
    expect(await child.ended).toMatchObject({ stdout: '^C1\n', stderr: '', ...BY_SIGINT });
  });
});
