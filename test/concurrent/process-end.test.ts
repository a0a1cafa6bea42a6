/* What is left when a program ends: with programs of their own. */
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noAddon } from '../helpers/addon.js';
import { bundle, runChild, spawnChild } from '../helpers/child.js';

const kinds = ['ThreadPoolExecutor', 'ProcessPoolExecutor'];

describe.each(kinds)('a program with a %s', (kind) => {
  it('ends while its workers are idle, and after all that was submitted is done', async () => {
    const { stdout, stderr, code } = await runChild(`
      import { ${kind} } from 'tsyncio/concurrent';
      const pool = new ${kind}({ maxWorkers: 2 });
      const pause = async (n: number) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        console.log('worker', n);
        return n;
      };
      for (const n of [1, 2, 3, 4]) pool.submit(pause, n).addDoneCallback(() => process.stderr.write('done ' + n + '\\n'));
    `);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').sort()).toEqual(['worker 1', 'worker 2', 'worker 3', 'worker 4']);
    expect(stderr.trim().split('\n').sort()).toEqual(['done 1', 'done 2', 'done 3', 'done 4']);
  });

  it('ends after it has used the workers, without a shutdown', async () => {
    const { stdout, code } = await runChild(`
      import { ${kind} } from 'tsyncio/concurrent';
      const pool = new ${kind}();
      const futures = Array.from({ length: 20 }, (_, n) => pool.submit((x: number) => x, n));
      futures[19]!.cancel();
      let sum = 0;
      for (const future of futures.slice(0, 19)) sum += await future;
      console.log(sum);
    `);
    expect({ stdout, code }).toEqual({ stdout: '171\n', code: 0 });
  });

  it('leaves no descriptor, thread or process behind after shutdown', async () => {
    const { stdout, stderr } = await runChild(
      `
      import { readdirSync, readFileSync } from 'node:fs';
      import { ${kind} } from 'tsyncio/concurrent';
      const count = () => readdirSync('/proc/self/fd').length;
      const children = () => readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim();
      const workers = () => process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort|Process|Pipe/.test(name)).length;
      const use = async () => {
        const pool = new ${kind}({ maxWorkers: 2 });
        await Promise.all([1, 2, 3].map(() => pool.submit(() => new Promise((resolve) => setTimeout(resolve, 5)))));
        await pool.shutdown();
      };
      await use();
      const settle = () => new Promise((resolve) => setTimeout(resolve, 50));
      await settle();
      const before = [count(), workers()];
      for (let i = 0; i < 2; i++) await use();
      await settle();
      const after = [count(), workers()];
      console.log(JSON.stringify({ before, after, children: children() }));
    `,
      { timeout: 30 },
    );
    expect(stderr).toBe('');
    const { before, after, children } = JSON.parse(stdout) as Record<string, unknown>;
    expect(after).toEqual(before);
    expect(children).toBe('');
  }, 60_000);
});

it.skipIf(noAddon)('a program that blocks leaves no descriptor behind', async () => {
  const { stdout, stderr } = await runChild(`
    import { readdirSync } from 'node:fs';
    import { getRunningLoop, runSync, toThread } from 'tsyncio';
    import { socketpair } from 'tsyncio/socket';
    const count = () => readdirSync('/proc/self/fd').length;
    function use() {
      const [left, right] = socketpair();
      runSync((function* () {
        getRunningLoop().addReader(left, () => 0);
        yield* toThread(() => 1);
        getRunningLoop().removeReader(left);
      })());
      left.close();
      right.close();
    }
    use();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = count();
    for (let i = 0; i < 3; i++) use();
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(count() - before);
  `);
  expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
});

it('workers of a process that is killed end by themselves', async () => {
  const { stdout } = await runChild(`
    import { ProcessPoolExecutor } from 'tsyncio/concurrent';
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const pid = await pool.submit(() => process.pid);
    process.stdout.write(String(pid), () => process.kill(process.pid, 'SIGKILL'));
  `);
  const pid = Number(stdout);
  expect(pid).toBeGreaterThan(0);
  const isThere = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  };
  while (isThere()) await new Promise((resolve) => setTimeout(resolve, 10));
});

it('a program given to node by -e, or as a module from standard options, has workers too', async () => {
  const { stdout, stderr } = await runChild(`
    import { ProcessPoolExecutor, ThreadPoolExecutor } from 'tsyncio/concurrent';
    process.execArgv.push('--input-type=module', '-e', 'throw 1', '--eval=throw 2', '--inspect=0');
    for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
      const pool = new Pool({ maxWorkers: 1 });
      console.log(await pool.submit(() => 7));
    }
  `);
  expect({ stdout, stderr }).toEqual({ stdout: '7\n7\n', stderr: '' });
});

it('a bundle that is minified and keeps names has workers, and functions for them', async () => {
  const contents = `
    import { ThreadPoolExecutor } from 'tsyncio/concurrent';
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    function outer(x: number): number {
      const inner = (y: number) => { function twice(z: number) { return 2 * z; } return twice(y); };
      return inner(x);
    }
    console.log(await pool.submit(outer, 21), await pool.submit(() => { throw new TypeError('x'); }).then(null, String));
    await pool.shutdown();
  `;
  const directory = await bundle({
    stdin: { contents, loader: 'ts', resolveDir: import.meta.dirname },
    entryNames: 'main',
    keepNames: true,
    minify: true,
  });
  const child = spawnChild(`${directory}/main.mjs`, {}, () =>
    rmSync(directory, { recursive: true, force: true }),
  );
  const { stdout, stderr } = await child.ended;
  expect({ stdout, stderr }).toEqual({ stdout: '42 TypeError: x\n', stderr: '' });
});
