/*
 * catchSignal and releaseSignal, in processes of their own: a signal that is lost there may end them.
 */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { addon } from '../../src/platform/addon.js';

const EINVAL = -22;
const EBADF = -9;
const SIGUSR2 = 12;

const START = `
  const a = require('node-gyp-build')(${JSON.stringify(process.cwd())});
  const fds = new Int32Array(2);
  a.pipe(fds, true);
  const send = () => process.kill(process.pid, 'SIGUSR2');
  const bytes = Buffer.alloc(8);
  const read = () => [...bytes.subarray(0, Math.max(a.read(fds[0], bytes, 0, 8), 0))].join();
`;

function node(code: string): { status: number | null; signal: string | null; output: string } {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', START + code], {
    encoding: 'utf8',
    timeout: 15_000,
  });
  return { status, signal, output: stdout + stderr };
}

test('a signal that is caught writes its number, and is released to what was there before', () => {
  expect(
    node(`
      process.on('SIGUSR2', () => console.log('node'));
      console.log(a.catchSignal(${SIGUSR2}, fds[1]), a.catchSignal(${SIGUSR2}, fds[1]));
      send();
      send();
      console.log(read());
      console.log(a.releaseSignal(${SIGUSR2}), a.releaseSignal(${SIGUSR2}));
      send();
      console.log('nothing: ' + read());
      setTimeout(() => {}, 50);
    `),
  ).toEqual({ status: 0, signal: null, output: '0 0\n12,12\n0 0\nnothing: \nnode\n' });
});

test('a signal that is released to the default ends the process', () => {
  expect(
    node(`
      a.catchSignal(${SIGUSR2}, fds[1]);
      send();
      a.releaseSignal(${SIGUSR2});
      console.log(read());
      send();
      setTimeout(() => {}, 5000);
    `),
  ).toEqual({ status: null, signal: 'SIGUSR2', output: '12\n' });
});

test('what somebody else has set meanwhile stays', () => {
  expect(
    node(`
      const off = () => {};
      process.on('SIGUSR2', off);
      a.catchSignal(${SIGUSR2}, fds[1]);
      process.off('SIGUSR2', off);
      process.on('SIGUSR2', () => console.log('new'));
      a.releaseSignal(${SIGUSR2});
      send();
      setTimeout(() => {}, 50);
    `),
  ).toEqual({ status: 0, signal: null, output: 'new\n' });
});

test('a full pipe loses the signal, and nothing else', () => {
  expect(
    node(`
      a.catchSignal(${SIGUSR2}, fds[1]);
      const chunk = Buffer.alloc(65536);
      while (a.write(fds[1], chunk, 0, chunk.length) > 0);
      send();
      console.log('lives');
    `),
  ).toEqual({ status: 0, signal: null, output: 'lives\n' });
});

test('signals that cannot be caught are refused', () => {
  const SIGKILL = 9;
  const SIGSEGV = 11;
  for (const signum of [0, -1, 1000, 1.5, SIGKILL, SIGSEGV])
    expect(addon().catchSignal(signum, 1)).toBe(EINVAL);
  expect(addon().catchSignal(SIGUSR2, -1)).toBe(EBADF);
  expect(addon().releaseSignal(0)).toBe(EINVAL);
});
