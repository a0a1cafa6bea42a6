import { describe, expect, test } from 'vitest';
import {
  type Coroutine,
  EventLoop,
  getRunningLoop,
  type SubprocessTransport,
  sleep,
  subprocess,
  SubprocessTransport as AnySubprocessTransport,
  type WriteTransport,
} from '../../src/index.js';
import { ECHO, eventually, Recorder, running } from './support.js';

function* shell(command: string, options = {}): Coroutine<[SubprocessTransport, Recorder]> {
  return yield* getRunningLoop().subprocessShell(Recorder, command, options);
}

function stdinOf(transport: SubprocessTransport): WriteTransport {
  return transport.getPipeTransport(0) as WriteTransport;
}

describe('A protocol of a child process', () => {
  test('hears what the child writes, as often as it does', async () => {
    await running(function* (): Coroutine {
      const [transport, protocol] = yield* getRunningLoop().subprocessExec(Recorder, ...ECHO);
      expect(protocol.events).toEqual(['made']);
      for (const [i, text] of ['Python ', 'The Winner'].entries()) {
        stdinOf(transport).write(text);
        const wanted = ['Python ', 'Python The Winner'][i];
        yield* eventually(() => protocol.output[1] === wanted);
      }
      stdinOf(transport).close();
      yield* eventually(() => protocol.lost);
      expect(transport.getReturncode()).toBe(0);
      transport.close();
    });
  });

  test('hears of all that happens in order, the end last', async () => {
    await running(function* (): Coroutine {
      const [transport, protocol] = yield* shell(
        'echo out; exec >&-; sleep 0.1; echo err >&2; exec 2>&-; sleep 0.1',
        {
          stdin: null,
        },
      );
      yield* eventually(() => protocol.lost);
      expect(protocol.events).toEqual([
        'made',
        'data 1',
        'pipe 1 lost',
        'data 2',
        'pipe 2 lost',
        'exited',
        'lost',
      ]);
      expect(transport.getReturncode()).toBe(0);
    });
  });

  test('hears the two outputs apart, or both as one', async () => {
    await running(function* (): Coroutine {
      const [, apart] = yield* shell('echo out; echo err >&2');
      yield* eventually(() => apart.lost);
      expect(apart.output).toEqual({ 1: 'out\n', 2: 'err\n' });
      const [, merged] = yield* shell('echo out; echo err >&2', { stderr: subprocess.STDOUT });
      yield* eventually(() => merged.lost);
      expect(merged.output).toEqual({ 1: 'out\nerr\n', 2: '' });
    });
  });

  test('hears that the child does not read any more when it is written to', async () => {
    await running(function* (): Coroutine {
      const [transport, protocol] = yield* shell('exec <&-; echo closed; exec sleep 60');
      yield* eventually(() => protocol.output[1] === 'closed\n');
      stdinOf(transport).write('x');
      yield* eventually(() => protocol.events.some((event) => event.startsWith('pipe 0 lost')));
      expect(protocol.events.at(-1)).toMatch(/^pipe 0 lost: (BrokenPipe|ConnectionReset)Error$/);
      transport.kill();
      yield* eventually(() => protocol.lost);
      expect(transport.getReturncode()).toBe(-9);
    });
  });
});

describe('A transport of a child process', () => {
  test('knows the process and its pipes', async () => {
    await running(function* (): Coroutine {
      const [transport, protocol] = yield* shell('cat');
      expect(transport).toBeInstanceOf(AnySubprocessTransport);
      expect(transport.getPid()).toBeGreaterThan(0);
      expect(transport.getExtraInfo<{ pid: number }>('subprocess')!.pid).toBe(transport.getPid());
      expect(transport.getReturncode()).toBe(null);
      expect(transport.getPipeTransport(7)).toBe(null);
      expect(transport.getProtocol()).toBe(protocol);
      expect(String(transport)).toMatch(
        /^<UnixSubprocessTransport pid=\d+ running stdin=<.*> stdout=<.*> stderr=<.*>>$/,
      );
      transport.close();
      expect(transport.isClosing()).toBe(true);
      yield* eventually(() => protocol.lost);
      expect(String(transport)).toContain(`closed pid=${transport.getPid()} returncode=-9`);
    });
  });

  test('kills a child that still runs when it is closed, and one that has ended not', async () => {
    await running(function* (): Coroutine {
      const [running_, first] = yield* shell('sleep 60');
      running_.close();
      running_.close();
      yield* eventually(() => first.lost);
      expect(running_.getReturncode()).toBe(-9);
      const [ended, second] = yield* shell('exit 3');
      yield* eventually(() => second.lost);
      ended.close();
      expect(ended.getReturncode()).toBe(3);
    });
  });

  test('gets another protocol', async () => {
    await running(function* (): Coroutine {
      const [transport, first] = yield* shell('read line; echo $line');
      const second = new Recorder();
      transport.setProtocol(second);
      stdinOf(transport).write('hello\n');
      yield* eventually(() => second.lost);
      expect(first.events).toEqual(['made']);
      expect(second.output[1]).toBe('hello\n');
    });
  });

  test('of a child that still runs is warned of when its loop is closed, and the child is killed', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', onWarning);
    const loop = new EventLoop();
    const [transport] = await loop.runUntilComplete(loop.subprocessShell(Recorder, 'sleep 60'));
    const child = transport.getExtraInfo<{ signalCode: string | null; once(e: string, f: () => void): void }>(
      'subprocess',
    )!;
    const ended = new Promise<void>((resolve) => child.once('exit', resolve));
    loop.close();
    await ended;
    await new Promise(setImmediate);
    process.off('warning', onWarning);
    expect(child.signalCode).toBe('SIGKILL');
    expect(warnings.some((text) => text.startsWith('unclosed transport <UnixSubprocessTransport pid='))).toBe(
      true,
    );
  });

  test('says in debug mode what is started, and what became of it', async () => {
    const { logger } = await import('../../src/index.js');
    const lines: string[] = [];
    const before = logger.handler;
    logger.handler = (record) => lines.push(record.message);
    try {
      await running(function* (): Coroutine {
        getRunningLoop().setDebug(true);
        const [, protocol] = yield* shell('exit 3', { stderr: subprocess.STDOUT });
        yield* eventually(() => protocol.lost);
        yield* sleep(0);
      });
    } finally {
      logger.handler = before;
    }
    expect(lines).toContain("run shell command 'exit 3' stdin=<pipe> stdout=<pipe> stderr=<stdout>");
    expect(lines.some((line) => line.endsWith('exited with return code 3'))).toBe(true);
  });
});
