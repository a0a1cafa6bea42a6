import { describe, expect, test } from 'vitest';

/*
 * What only a process of its own, or a thread of its own, can show.
 */

const { spawnSync } = process.getBuiltinModule('node:child_process');
const { Worker } = process.getBuiltinModule('node:worker_threads');
const ADDON = `require('node-gyp-build')(${JSON.stringify(process.cwd())})`;
const PAIR = `
  const a = ${ADDON};
  const fds = new Int32Array(2);
  a.socketpair(1, 1, 0, true, fds);
  const write = () => a.write(fds[1], Buffer.from('x'), 0, 1);
`;

function node(
  code: string,
  ...flags: string[]
): { status: number | null; signal: string | null; output: string } {
  const run = spawnSync(process.execPath, [...flags, '-e', code], {
    encoding: 'utf8',
    timeout: 15_000,
    cwd: process.cwd(),
  });
  return { status: run.status, signal: run.signal, output: run.stdout + run.stderr };
}

const FINE = { status: 0, signal: null };

describe('a process', () => {
  test('stays alive for a started watch, and not for one that is stopped, closed or unrefed', () => {
    for (const last of ['w.stop()', 'w.close()', 'w.unref()', 'w.start(); w.unref(); w.ref(); w.close()']) {
      expect(
        node(`${PAIR} const w = a.watch(fds[0], () => {}); w.start(); ${last}; console.log('end')`),
      ).toEqual({
        ...FINE,
        output: 'end\n',
      });
    }
    expect(
      node(
        `${PAIR} const w = a.watch(fds[0], () => { console.log('ready'); w.stop(); }); w.start(); setTimeout(write, 20)`,
      ),
    ).toEqual({ ...FINE, output: 'ready\n' });
  });

  test('ends well with watches open, whatever they are doing', () => {
    for (const last of ['', 'w.start();', 'w.start(); write();', 'w.close();']) {
      expect(node(`${PAIR} const w = a.watch(fds[0], () => {}); ${last} process.exit(0)`)).toEqual({
        ...FINE,
        output: '',
      });
    }
    expect(node(`${PAIR} const w = a.watch(fds[0], () => process.exit(0)); w.start(); write();`)).toEqual({
      ...FINE,
      output: '',
    });
  });

  test('does not leak watches that nobody closed', () => {
    const code = `${PAIR}
      const fs = require('fs');
      const count = () => fs.readdirSync('/proc/self/fd').length;
      const before = count();
      (function () { for (let i = 0; i < 100; i++) { const w = a.watch(fds[0], () => w); w.start(); w.stop(); } })();
      const kept = a.watch(fds[0], () => {}); kept.start();
      let tries = 0;
      (function again() {
        gc();
        if (count() <= before + 1 || ++tries > 50) { console.log(count() - before); kept.close(); return; }
        setTimeout(again, 10);
      })();`;
    expect(node(code, '--expose-gc')).toEqual({ ...FINE, output: '1\n' });
  });

  test('waits on through a signal', () => {
    const code = `${PAIR}
      process.on('SIGUSR2', () => console.log('signal'));
      const { spawn } = require('child_process');
      spawn('sh', ['-c', 'sleep 0.1; kill -USR2 ' + process.pid]);
      const start = performance.now();
      console.log(a.poll(new Int32Array(0), 0, 0.3), a.epollWait(a.epollCreate(), new Int32Array(4), 0.0505));
      console.log(performance.now() - start >= 350);
      setTimeout(() => process.exit(0), 50);`;
    expect(node(code)).toEqual({ ...FINE, output: '0 0\ntrue\nsignal\n' });
  });

  test('has no addon where it is told so, and says why', () => {
    const run = spawnSync(process.execPath, ['scripts/build-addon.mjs'], {
      encoding: 'utf8',
      env: { ...process.env, TSYNCIO_NO_ADDON: '1' },
    });
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^tsyncio: no addon \(TSYNCIO_NO_ADDON=1 is set\); [^\n]*\n$/);
  });

  test('finds what is built already, and says nothing', () => {
    const run = spawnSync(process.execPath, ['scripts/build-addon.mjs'], { encoding: 'utf8' });
    expect([run.status, run.stdout, run.stderr]).toEqual([0, '', '']);
  });
});

describe('a worker thread', () => {
  function worker(code: string): Promise<{ messages: unknown[]; exitCode: number }> {
    return new Promise((resolve, reject) => {
      const messages: unknown[] = [];
      const thread = new Worker(`const { parentPort } = require('worker_threads'); ${code}`, { eval: true });
      thread.on('message', (message) => {
        messages.push(message);
        if (message === 'terminate') void thread.terminate();
      });
      thread.on('error', reject);
      thread.on('exit', (exitCode) => resolve({ messages, exitCode }));
    });
  }

  test('has an addon and watches of its own', async () => {
    const { messages, exitCode } = await worker(`${PAIR}
      const w = a.watch(fds[0], (e) => { parentPort.postMessage(e); w.close(); });
      w.start(); write();`);
    expect({ messages, exitCode }).toEqual({ messages: [1], exitCode: 0 });
  });

  test.each([
    ['stopped', ''],
    ['started', 'w.start();'],
    ['ready', 'w.start(); write();'],
    ['closing', 'w.start(); w.close();'],
  ])('can be terminated with a watch that is %s', async (_state, last) => {
    const { exitCode } = await worker(`${PAIR}
      const w = a.watch(fds[0], () => {}); ${last}
      setInterval(() => {}, 1000);
      parentPort.postMessage('terminate');`);
    expect(exitCode).toBe(1);
  });

  test('can be terminated in the middle of a callback', async () => {
    const { exitCode } = await worker(`${PAIR}
      const w = a.watch(fds[0], () => { parentPort.postMessage('terminate'); for (;;); });
      w.start(); write();`);
    expect(exitCode).toBe(1);
  });

  test('ends by itself with watches that were never closed', async () => {
    const { messages, exitCode } = await worker(`${PAIR}
      globalThis.kept = Array.from({ length: 50 }, () => a.watch(fds[0], () => {}));
      kept.forEach((w) => { w.start(); w.unref(); });
      parentPort.postMessage('done');`);
    expect({ messages, exitCode }).toEqual({ messages: ['done'], exitCode: 0 });
  });

  test('works beside others', async () => {
    const runs = await Promise.all(
      Array.from({ length: 4 }, () =>
        worker(`${PAIR}
          let left = 200;
          const w = a.watch(fds[0], () => {
            a.read(fds[0], Buffer.alloc(10), 0, 10);
            if (--left === 0) { parentPort.postMessage('done'); w.close(); } else write();
          });
          w.start(); write();`),
      ),
    );
    expect(runs).toEqual(new Array(4).fill({ messages: ['done'], exitCode: 0 }));
  });
});
