import { describe, expect, test } from 'vitest';
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  gather,
  sleep,
  subprocess,
  timeout,
  TimeoutError,
  ValueError,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { descriptors, ECHO, eventually, nodeProgram, running } from './support.js';

const { PIPE, STDOUT } = subprocess;

describe('communicate()', () => {
  test('sends the input, reads both outputs, and waits for the end', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('cat; echo err >&2', {
        stdin: PIPE,
        stdout: PIPE,
        stderr: PIPE,
      });
      const [stdout, stderr] = yield* process.communicate(Buffer.from('some data'));
      expect([String(stdout), String(stderr), process.returncode]).toEqual(['some data', 'err\n', 0]);
    });
  });

  test('takes the input by name, and a string as UTF-8', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec(...ECHO, { stdin: PIPE, stdout: PIPE });
      const [stdout] = yield* process.communicate({ input: 'grün' });
      expect(String(stdout)).toBe('grün');
    });
  });

  test.each([
    ['no input', undefined],
    ['null', null],
    ['nothing', new Uint8Array(0)],
  ])('with %s ends the input at once', async (_name, input) => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec(...ECHO, { stdin: PIPE, stdout: PIPE });
      const [stdout, stderr] = yield* process.communicate(input);
      expect(stdout).toEqual(Buffer.alloc(0));
      expect(stderr).toBe(null);
      expect(process.returncode).toBe(0);
    });
  });

  test('refuses input where there is no pipe for it', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec('true');
      expect(yield* thrownBy(process.communicate('lost'))).toBeInstanceOf(ValueError);
      yield* process.wait();
    });
  });

  test('gives errors in their order among the output with STDOUT', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('echo 1; echo 2 >&2; echo 3', {
        stdout: PIPE,
        stderr: STDOUT,
      });
      const [stdout, stderr] = yield* process.communicate();
      expect([String(stdout), stderr]).toEqual(['1\n2\n3\n', null]);
    });
  });

  test('does not mind a child that does not read', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('exit 5', { stdin: PIPE });
      yield* process.communicate(Buffer.alloc(1 << 20));
      expect(process.returncode).toBe(5);
    });
  });

  test('of a child that does not read is an error only for who writes himself', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec(
        ...nodeProgram('process.stdin.destroy(); setTimeout(() => {}, 200)'),
        {
          stdin: PIPE,
        },
      );
      const failed = yield* thrownBy(
        (function* (): Coroutine {
          for (;;) {
            process.stdin!.write(Buffer.alloc(1 << 16));
            yield* process.stdin!.drain();
          }
        })(),
      );
      expect(['BrokenPipeError', 'ConnectionResetError']).toContain((failed as Error).name);
      process.kill();
      yield* process.wait();
    });
  });

  test('carries 64 MiB both ways at once', { timeout: 60_000 }, async () => {
    const size = 64 << 20;
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec(...ECHO, { stdin: PIPE, stdout: PIPE });
      const input = Buffer.alloc(size, 'abcdefghij');
      const [stdout] = yield* process.communicate(input);
      expect(stdout!.length).toBe(size);
      expect(stdout!.equals(input)).toBe(true);
    });
  });

  test('that was cancelled goes on with another one: neither output nor status is lost', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('echo first; sleep 0.3; echo second; exit 4', {
        stdin: PIPE,
        stdout: PIPE,
      });
      const first = createTask(process.communicate());
      // Its input is closed by then, and the first line is read.
      yield* eventually(() => process.stdin!.isClosing());
      yield* sleep(0.05);
      first.cancel();
      expect(yield* thrownBy(first)).toBeInstanceOf(CancelledError);
      const [stdout] = yield* process.communicate();
      expect(String(stdout)).toBe('first\nsecond\n');
      expect(process.returncode).toBe(4);
    });
  });

  test('under a timeout leaves a child that can be killed', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('echo before; exec sleep 60', { stdout: PIPE });
      const late = yield* thrownBy(
        asyncWith(timeout(0.1), function* () {
          yield* process.communicate();
        }),
      );
      expect(late).toBeInstanceOf(TimeoutError);
      process.kill();
      expect(yield* process.wait()).toBe(-9);
    });
  });

  test('leaves no descriptor behind', async () => {
    const before = descriptors();
    await running(function* (): Coroutine {
      for (let round = 0; round < 3; round++) {
        const one = function* (): Coroutine {
          const process = yield* createSubprocessShell('cat; echo err >&2', {
            stdin: PIPE,
            stdout: PIPE,
            stderr: STDOUT,
          });
          yield* process.communicate('x');
        };
        yield* gather(...Array.from({ length: 10 }, one));
      }
      yield* eventually(() => descriptors() <= before + 10);
    });
    expect(descriptors()).toBeLessThanOrEqual(before);
  });
});
