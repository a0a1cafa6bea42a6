import { describe, expect, test } from 'vitest';
import { createSubprocessExec, createSubprocessShell, type Coroutine, run, subprocess } from '../../src/index.js';

const { PIPE, STDOUT } = subprocess;

describe('x', () => {
  test('a', async () => {
    await run(
      (function* (): Coroutine {
        const p = yield* createSubprocessExec('tr', 'a-z', 'A-Z', { stdin: PIPE, stdout: PIPE });
        const [out] = yield* p.communicate('hello');
        expect(String(out)).toBe('HELLO');
        expect(p.returncode).toBe(0);
        const q = yield* createSubprocessShell('echo out; echo err >&2; exit 3', { stdout: PIPE, stderr: STDOUT });
        const [o] = yield* q.communicate();
        expect([String(o), q.returncode]).toEqual(['out\nerr\n', 3]);
        const r = yield* createSubprocessExec('sleep', '10');
        r.kill();
        expect(yield* r.wait()).toBe(-9);
      })(),
    );
  });
});
