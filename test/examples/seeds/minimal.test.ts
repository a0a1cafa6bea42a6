import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../examples/seeds/clock.js';
import { awaitFuture, Future } from '../../../examples/seeds/minimal/await-future.js';
import { doIO, makeSockets, receive } from '../../../examples/seeds/minimal/io.js';
import { type Coroutine, makeGate, makeLoop } from '../../../examples/seeds/minimal/loop.js';
import { passTime } from '../../../examples/seeds/minimal/simulated-time.js';
import { makeTimers } from '../../../examples/seeds/minimal/timers.js';
import { socketpair } from '../../../src/socket/index.js';
import { noAddon } from '../../helpers/addon.js';

describe('the loop of thunks', () => {
  it('keeps in the queue who yields nothing, and whose thunk says false', () => {
    const loop = makeLoop();
    const turns: string[] = [];
    function* takes(name: string, thunk?: () => boolean): Coroutine {
      for (let i = 0; i < 2; i++) {
        turns.push(name);
        yield thunk;
      }
    }
    loop.schedule(takes('a'));
    loop.schedule(takes('b', () => false));
    expect(loop.active()).toBe(2);
    loop.runLoop();
    expect(turns).toEqual(['a', 'b', 'a', 'b']);
    expect(loop.active()).toBe(0);
  });

  it('leaves a suspended coroutine to its thunk, which resumes it by a value or by an error', () => {
    const loop = makeLoop();
    const log: unknown[] = [];
    let suspended: Coroutine<unknown> | undefined;
    function* waits(): Coroutine {
      const suspend = (coroutine: Coroutine<unknown>): boolean => {
        suspended = coroutine;
        return true;
      };
      log.push(yield suspend);
      try {
        yield suspend;
      } catch (error) {
        log.push(error);
      }
    }
    loop.schedule(waits());
    loop.runLoop();
    expect(log).toEqual([]);
    loop.schedule(suspended!, { value: 42 });
    loop.runLoop();
    expect(log).toEqual([42]);
    loop.schedule(suspended!, { error: 'alarm' });
    loop.runLoop();
    expect(log).toEqual([42, 'alarm']);
  });

  it('stops at an error, or goes on with the others where somebody takes it', () => {
    function* failing(): Coroutine {
      throw new RangeError('no');
    }
    const strict = makeLoop();
    strict.schedule(failing());
    expect(() => strict.runLoop()).toThrow(RangeError);

    const errors: unknown[] = [];
    const patient = makeLoop((error) => void errors.push(error));
    let ran = false;
    patient.schedule(failing());
    patient.schedule(
      (function* (): Coroutine {
        ran = true;
      })(),
    );
    patient.runLoop();
    expect(errors).toEqual([new RangeError('no')]);
    expect(ran).toBe(true);
  });

  it('is left by all who pass the gate', () => {
    const loop = makeLoop();
    const gate = makeGate(loop);
    const heard: string[] = [];
    function* guest(): Coroutine {
      heard.push(yield* gate.pass());
    }
    for (let i = 0; i < 3; i++) loop.schedule(guest());
    loop.runLoop();
    expect(heard).toEqual([]);
    gate.open('sesame');
    loop.runLoop();
    expect(heard).toEqual(['sesame', 'sesame', 'sesame']);
  });
});

describe('futures on thunks', () => {
  it('give their result or throw their error, early or late', () => {
    const loop = makeLoop();
    const [good, bad] = [new Future<number>(), new Future<number>()];
    const log: unknown[] = [];
    function* waits(future: Future<number>): Coroutine {
      try {
        log.push(yield* awaitFuture(loop, future));
      } catch (error) {
        log.push(error);
      }
    }
    loop.schedule(waits(good));
    loop.schedule(waits(bad));
    loop.runLoop();
    expect(() => good.result()).toThrow('not done');
    bad.setException('broken');
    good.setResult(1);
    loop.runLoop();
    loop.schedule(waits(good));
    loop.schedule(waits(bad));
    loop.runLoop();
    expect(log).toEqual(['broken', 1, 1, 'broken']);
  });
});

describe('simulated time', () => {
  it('jumps from one sleeper to the next', () => {
    const clock = new VirtualClock();
    const loop = makeLoop();
    const timers = makeTimers(loop, () => clock.now());
    const log: [number, string][] = [];
    function* sleeper(name: string, seconds: number): Coroutine {
      yield timers.sleepFor(seconds);
      log.push([clock.now(), name]);
      yield timers.suspendUntil(1e9);
      log.push([clock.now(), name]);
    }
    loop.schedule(sleeper('late', 1e6));
    loop.schedule(sleeper('early', 1));
    loop.schedule(passTime(loop, timers, clock));
    loop.runLoop();
    expect(log).toEqual([
      [1, 'early'],
      [1e6, 'late'],
      [1e9, 'early'],
      [1e9, 'late'],
    ]);
  });
});

describe.skipIf(noAddon)('I/O in a coroutine', () => {
  it('ends the loop when nobody waits any more, for a socket or for the time', () => {
    const clock = new VirtualClock();
    const loop = makeLoop();
    const timers = makeTimers(loop, () => clock.now());
    const sockets = makeSockets(loop);
    const [near, far] = socketpair();
    const log: string[] = [];
    loop.schedule(
      (function* (): Coroutine {
        log.push(yield* receive(sockets, far));
        log.push(yield* receive(sockets, far));
      })(),
    );
    loop.schedule(
      (function* (): Coroutine {
        yield sockets.writable(near);
        near.send('one');
        yield timers.suspendUntil(0); // a time that has come is no reason to wait
        near.close();
      })(),
    );
    loop.schedule(doIO(loop, sockets, timers));
    loop.runLoop();
    expect(log).toEqual(['one', '']);
    expect(sockets.waiting()).toBe(0);
    far.close();
  });
});
