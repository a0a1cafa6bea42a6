import { chmodSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  FileNotFoundError,
  getRunningLoop,
  NotADirectoryError,
  PermissionError,
  type ProcessOptions,
  RuntimeError,
  runSync,
  sleep,
  subprocess,
  ValueError,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { children, descriptors, eventually, nodeProgram, Recorder, running } from './support.js';

const { DEVNULL, PIPE, STDOUT } = subprocess;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsyncio-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function* outputOf(program: string, args: string[], options: ProcessOptions = {}): Coroutine<string> {
  const process = yield* createSubprocessExec(program, ...args, { stdout: PIPE, ...options });
  const [stdout] = yield* process.communicate();
  return String(stdout).trim();
}

describe('Starting a child process', () => {
  test.each([
    ['a program that does not exist', 'no-such-program', {}],
    ['the same with pipes', 'no-such-program', { stdin: PIPE, stdout: PIPE, stderr: PIPE }],
    ['the same with one pipe for both outputs', 'no-such-program', { stdout: PIPE, stderr: STDOUT }],
    ['a path that does not exist', '/no/such/program', {}],
  ])('fails for %s', async (_name, program, options) => {
    const before = descriptors();
    await running(function* (): Coroutine {
      const error = yield* thrownBy(createSubprocessExec(program, 'argument', options));
      expect(error).toBeInstanceOf(FileNotFoundError);
      expect(error).toMatchObject({ path: program, code: 'ENOENT', message: `spawn ${program} ENOENT` });
      yield* sleep(0.01);
    });
    expect(descriptors()).toBeLessThanOrEqual(before);
  });

  test('fails for a file that may not be executed', async () => {
    const file = join(folder, 'plain');
    writeFileSync(file, 'text');
    chmodSync(file, 0o644);
    await running(function* (): Coroutine {
      const error = yield* thrownBy(createSubprocessExec(file));
      expect(error).toBeInstanceOf(PermissionError);
      expect(error).toMatchObject({ path: file, code: 'EACCES' });
    });
  });

  test.each([
    ['does not exist', '/no/such/directory', FileNotFoundError, 'chdir ENOENT'],
    ['is a file', process.execPath, NotADirectoryError, 'chdir ENOTDIR'],
  ])('fails in a directory that %s, and says which', async (_name, cwd, cls, text) => {
    await running(function* (): Coroutine {
      const error = yield* thrownBy(createSubprocessExec('true', { cwd }));
      expect(error).toBeInstanceOf(cls);
      expect(error).toMatchObject({ path: cwd, message: `${text} '${cwd}'` });
    });
  });

  test.each<[string, unknown, string]>([
    ['universalNewlines', { universalNewlines: true }, 'universal_newlines must be False'],
    ['bufsize', { bufsize: 4096 }, 'bufsize must be 0'],
    ['text', { text: true }, 'text must be False'],
    ['encoding', { encoding: 'utf8' }, 'encoding must be None'],
    ['errors', { errors: 'strict' }, 'errors must be None'],
    ['STDOUT for stdout', { stdout: STDOUT }, 'STDOUT can only be used for stderr'],
  ])('refuses %s', async (_name, options, text) => {
    await running(function* (): Coroutine {
      for (const coro of [
        createSubprocessExec('true', options as ProcessOptions),
        createSubprocessShell('true', options as ProcessOptions),
      ]) {
        const error = yield* thrownBy(coro);
        expect(error).toBeInstanceOf(ValueError);
        expect((error as Error).message).toBe(text);
      }
    });
  });

  test('refuses a shell where there is none, and the other way round', async () => {
    await running(function* (): Coroutine {
      const exec = yield* thrownBy(createSubprocessExec('true', { shell: true }));
      expect(exec).toMatchObject({ name: 'ValueError', message: 'shell must be False' });
      const shell = yield* thrownBy(createSubprocessShell('true', { shell: false }));
      expect(shell).toMatchObject({ name: 'ValueError', message: 'shell must be True' });
      const list = yield* thrownBy(createSubprocessShell(['true'] as never));
      expect(list).toMatchObject({ name: 'ValueError', message: 'cmd must be a string' });
    });
  });

  test('refuses arguments and options of a wrong kind by name', async () => {
    await running(function* (): Coroutine {
      const argument = yield* thrownBy(createSubprocessExec('echo', 1 as never));
      expect(argument).toMatchObject({
        name: 'TypeError',
        message: 'argument 1 of the program must be a string, not 1',
      });
      const stream = yield* thrownBy(createSubprocessExec('echo', { stdout: 'pipe' as never }));
      expect(stream).toMatchObject({
        message: "stdout must be PIPE, DEVNULL, a descriptor, an object that has one, or null, not 'pipe'",
      });
      const unknown = yield* thrownBy(createSubprocessExec('echo', { stdOut: PIPE } as never));
      expect((unknown as Error).message).toContain('stdOut');
    });
  });

  test('takes the directory as a path or as a URL, the environment, and another executable', async () => {
    await running(function* (): Coroutine {
      expect(yield* outputOf('pwd', [], { cwd: folder })).toBe(folder);
      expect(yield* outputOf('pwd', [], { cwd: pathToFileURL(folder) })).toBe(folder);
      const env = { PATH: globalThis.process.env.PATH, ANSWER: '42' };
      expect(yield* outputOf('sh', ['-c', 'echo $ANSWER'], { env })).toBe('42');
      expect(yield* outputOf('name', ['-c', 'echo $0'], { executable: '/bin/sh' })).toBe('name');
      const shell = yield* createSubprocessShell('echo $ANSWER', { env, stdout: PIPE });
      expect(String((yield* shell.communicate())[0])).toBe('42\n');
    });
  });

  test('gives a descriptor, or what has one, for a stream; errors go with the output by STDOUT', async () => {
    const path = join(folder, 'output');
    const fd = openSync(path, 'w');
    await running(function* (): Coroutine {
      const process = yield* createSubprocessShell('echo out; echo err >&2', { stdout: fd, stderr: STDOUT });
      expect([process.stdout, process.stderr]).toEqual([null, null]);
      yield* process.wait();
      const other = yield* createSubprocessShell('echo more', { stdout: { fd } });
      yield* other.wait();
      const dropped = yield* createSubprocessShell('echo err >&2', { stdout: DEVNULL, stderr: STDOUT });
      yield* dropped.wait();
    });
    closeSync(fd);
    expect(readFileSync(path, 'utf8')).toBe('out\nerr\nmore\n');
  });

  test('passes descriptors beyond the standard ones under their numbers', async () => {
    const path = join(folder, 'passed');
    const fd = openSync(path, 'w');
    const write = nodeProgram(`require('fs').writeSync(${fd}, 'passed\\n')`);
    await running(function* (): Coroutine {
      const process = yield* createSubprocessExec(...write, { passFds: [fd] });
      expect(yield* process.wait()).toBe(0);
      const without = yield* createSubprocessExec(...write, { stderr: DEVNULL });
      expect(yield* without.wait()).toBe(1);
    });
    closeSync(fd);
    expect(readFileSync(path, 'utf8')).toBe('passed\n');
  });

  test('begins a session of its own only if it is told to', async () => {
    await running(function* (): Coroutine {
      const session = ['-c', 'cut -d" " -f6 /proc/self/stat'];
      const own = readFileSync('/proc/self/stat', 'utf8').split(' ')[5];
      expect(yield* outputOf('sh', session)).toBe(own);
      expect(yield* outputOf('sh', session, { startNewSession: true })).not.toBe(own);
    });
  });

  test('that is cancelled kills the child', async () => {
    const before = descriptors();
    await running(function* (): Coroutine {
      const task = createTask(
        createSubprocessExec('sleep', '60', { stdin: PIPE, stdout: PIPE, stderr: PIPE }),
      );
      yield* sleep(0);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(children()).toEqual([]);
      yield* eventually(() => descriptors() <= before + 10);
    });
    expect(descriptors()).toBeLessThanOrEqual(before);
  });

  test.each([
    ['stdin', { stdin: PIPE, stdout: null, stderr: null }],
    ['stdout', { stdin: null, stdout: PIPE, stderr: null }],
    ['all of them', { stdin: PIPE, stdout: PIPE, stderr: PIPE }],
  ])(
    'that is cancelled while a protocol of the user gets its pipes (%s) kills the child',
    async (_name, options) => {
      const before = descriptors();
      await running(function* (): Coroutine {
        const loop = getRunningLoop();
        const task = loop.createTask(loop.subprocessExec(Recorder, 'sleep', '60', options));
        for (let turns = 0; turns < 2; turns++) yield* sleep(0);
        task.cancel();
        yield* thrownBy(task);
        yield* eventually(() => children().length === 0);
      });
      expect(descriptors()).toBeLessThanOrEqual(before);
    },
  );

  test('is refused in a loop that blocks, for the end of a child would never be told', () => {
    const main = function* (): Coroutine {
      yield* createSubprocessExec('true');
    };
    expect(() => runSync(main())).toThrow(RuntimeError);
    expect(() => runSync(main())).toThrow('a child process cannot be used while the loop blocks');
  });
});
