import { describe, expect, test } from 'vitest';
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  gather,
  ProcessLookupError,
  sleep,
  subprocess,
  timeout,
  TimeoutError,
  ValueError,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { children, descriptors, ECHO, eventually, nodeProgram, running } from './support.js';

const { DEVNULL, PIPE } = subprocess;

describe('A child process', () => {
  test('is written to, and read from', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec(...ECHO, { stdin: PIPE, stdout: PIPE });
      process.stdin!.write('some data');
      yield* process.stdin!.drain();
      process.stdin!.close();
      yield* process.stdin!.waitClosed();
      expect(String(yield* process.stdout!.read())).toBe('some data');
      expect(yield* process.wait()).toBe(0);
      expect(process.stderr).toBe(null);
    });
  });

  test('has what the shell runs for its status', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('exit 7');
      expect(process.returncode).toBe(null);
      expect(yield* process.wait()).toBe(7);
      expect(process.returncode).toBe(7);
      expect(String(process)).toBe(`<Process ${process.pid}>`);
    });
  });

  test.each([
    ['kill()', (p: subprocess.Process) => p.kill(), -9],
    ['terminate()', (p: subprocess.Process) => p.terminate(), -15],
    ['sendSignal(1)', (p: subprocess.Process) => p.sendSignal(1), -1],
    ["sendSignal('SIGHUP')", (p: subprocess.Process) => p.sendSignal('SIGHUP'), -1],
  ])('that ends by %s has minus the signal for its status', async (_name, end, status) => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec('sleep', '60');
      end(process);
      expect(yield* process.wait()).toBe(status);
    });
  });

  test('that is a shell with a running command has -9 too', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('sleep 2; true', { stdout: PIPE });
      process.kill();
      expect(yield* process.wait()).toBe(-9);
    });
  });

  test('cannot be sent what is no signal', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec('sleep', '60');
      expect(() => process.sendSignal('SIGNONE')).toThrow(ValueError);
      expect(() => process.sendSignal('SIGNONE')).toThrow(
        "signal must be a number or a name such as 'SIGTERM'",
      );
      process.kill();
      yield* process.wait();
    });
  });

  test('that has ended gets no signal any more', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec('true');
      yield* process.wait();
      yield* sleep(0);
      for (const method of ['kill', 'terminate'] as const) {
        expect(() => process[method]()).toThrow(ProcessLookupError);
      }
      expect(process.returncode).toBe(0);
    });
  });

  test('that ends while it is sent a signal is waited for all the same', async () => {
    await running(function* (): Coroutine {
      for (let i = 0; i < 10; i++) {
        const process = yield* createSubprocessExec('sh', '-c', 'exit 0');
        yield* sleep(0.001 * i);
        try {
          process.terminate();
        } catch (error) {
          expect(error).toBeInstanceOf(ProcessLookupError);
        }
        expect([0, -15]).toContain(yield* process.wait());
      }
    });
  });

  test('that ignores SIGTERM is killed after a timeout', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('trap "" TERM; echo ready; while :; do sleep 0.05; done', {
        stdout: PIPE,
      });
      yield* process.stdout!.readline();
      process.terminate();
      const late = yield* thrownBy(
        asyncWith(timeout(0.1), function* () {
          yield* process.wait();
        }),
      );
      expect(late).toBeInstanceOf(TimeoutError);
      expect(process.returncode).toBe(null);
      process.kill();
      expect(yield* process.wait()).toBe(-9);
    });
  });

  test('is waited for by several tasks at once', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec('sh', '-c', 'exit 3');
      expect(yield* gather(process.wait(), process.wait(), process.wait())).toEqual([3, 3, 3]);
    });
  });

  test('loses nothing by a wait that is cancelled', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec(...ECHO, { stdin: PIPE, stdout: PIPE });
      const waiting = createTask(process.wait());
      yield* sleep(0);
      waiting.cancel();
      expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
      process.stdin!.write('still here');
      process.stdin!.close();
      expect(String(yield* process.stdout!.read())).toBe('still here');
      expect(yield* process.wait()).toBe(0);
    });
  });

  test('has ended though a grandchild holds its pipe', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('sleep 60 & echo $!', { stdout: PIPE });
      const grandchild = Number(String(yield* process.stdout!.readline()));
      expect(yield* process.wait()).toBe(0);
      globalThis.process.kill(grandchild, 'SIGKILL');
      expect(String(yield* process.stdout!.read())).toBe('');
    });
  });

  test('has its output after its end', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('echo one; echo two', { stdout: PIPE });
      yield* process.wait();
      expect(String(yield* process.stdout!.read())).toBe('one\ntwo\n');
    });
  });

  test('is told nothing, and tells nothing, by DEVNULL', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('wc -c; echo out; echo err >&2', {
        stdin: DEVNULL,
        stdout: DEVNULL,
        stderr: DEVNULL,
      });
      expect([process.stdin, process.stdout, process.stderr]).toEqual([null, null, null]);
      expect(yield* process.communicate()).toEqual([null, null]);
      const counting = yield* createSubprocessExec('wc', '-c', { stdin: DEVNULL, stdout: PIPE });
      const [count] = yield* counting.communicate();
      expect(String(count).trim()).toBe('0');
    });
  });

  test('finds its pipe in /dev/stdin', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec(
        ...nodeProgram("process.stdout.write(require('fs').readFileSync(0))"),
        { stdin: PIPE, stdout: PIPE },
      );
      const [output] = yield* process.communicate('through the pipe');
      expect(String(output)).toBe('through the pipe');
    });
  });

  test('does not hold the standard input of its sister open', async () => {
    await running(function* (): Coroutine {
      const first = yield* createSubprocessExec(...ECHO, { stdin: PIPE, stdout: PIPE });
      const second = yield* createSubprocessExec('sleep', '60', { stdin: PIPE });
      first.stdin!.close();
      expect(String(yield* first.stdout!.read())).toBe('');
      expect(yield* first.wait()).toBe(0);
      second.kill();
      yield* second.wait();
    });
  });

  test('whose reader does not keep up is paused', async () => {
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec('head', '-c', '4000000', '/dev/zero', {
        stdout: PIPE,
        limit: 1000,
      });
      yield* eventually(() => process.stdout!.toString().includes('paused'));
      yield* sleep(0.05);
      expect(process.returncode).toBe(null);
      expect((yield* process.stdout!.read()).length).toBe(4_000_000);
      expect(yield* process.wait()).toBe(0);
    });
  });

  test('that is killed when an async function is left by `await using` leaves nothing behind', async () => {
    const before = descriptors();
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec('sleep', '60', { stdin: PIPE, stdout: PIPE });
      const disposed = createTask(process[Symbol.asyncDispose]());
      yield* disposed;
      expect(process.returncode).toBe(-9);
      yield* sleep(0.01);
    });
    expect(descriptors()).toBeLessThanOrEqual(before);
  });

  test('is reaped, and its pipes are closed, with 200 at once', async () => {
    const before = descriptors();
    await running(function* (): Coroutine {
      const one = function* (i: number): Coroutine<string> {
        const process = yield* createSubprocessExec(...ECHO, { stdin: PIPE, stdout: PIPE });
        const [output] = yield* process.communicate(`child ${i}`);
        expect(process.returncode).toBe(0);
        return String(output);
      };
      const outputs = yield* gather(...Array.from({ length: 200 }, (_, i) => one(i)));
      expect(outputs).toEqual(Array.from({ length: 200 }, (_, i) => `child ${i}`));
      yield* eventually(() => descriptors() <= before + 10);
    });
    expect(children()).toEqual([]);
    expect(descriptors()).toBeLessThanOrEqual(before);
  });
});
