/*
 * Running a program on each of the three drivers. Each run has a fresh loop.
 */
import { EventLoop, type TimerHandle } from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { Machine } from './machine.js';
import type { Entry, Program } from './program.js';

/**
 * On a real clock, one second of a program is this many: whatever the machine is doing meanwhile, no timer of a
 * timeless program comes due but those of no delay.
 */
const REAL_SECOND = 1000;

/** Real seconds after which a run is given up, so that a program that waits for ever fails and does not hang. */
const PATIENCE = 5;

/** On virtual time: the whole trace. */
export function runVirtual(program: Program): Entry[] {
  const loop = new VirtualEventLoop();
  const machine = new Machine(program, loop);
  try {
    loop.runUntilCompleteSync(machine.start());
  } finally {
    loop.close();
  }
  return machine.trace;
}

/** On a real clock, blocking: the trace at time 0. */
export function runBlocking(program: Program): Entry[] {
  const loop = new EventLoop();
  const machine = new Machine(program, loop, REAL_SECOND);
  const giveUp = stopLater(loop);
  try {
    loop.runUntilCompleteSync(machine.start());
    return machine.trace.map(atZero);
  } finally {
    giveUp.cancel();
    machine.finish();
    loop.close();
  }
}

/** On a real clock, hosted by Node's own loop: the trace at time 0. */
export async function runHosted(program: Program): Promise<Entry[]> {
  const loop = new EventLoop();
  const machine = new Machine(program, loop, REAL_SECOND);
  const giveUp = stopLater(loop);
  try {
    await loop.runUntilComplete(machine.start());
    return machine.trace.map(atZero);
  } finally {
    giveUp.cancel();
    machine.finish();
    loop.close();
  }
}

/** What is waited for then fails: the loop stopped before it was done. */
function stopLater(loop: EventLoop): TimerHandle {
  return loop.callLater(PATIENCE, () => {
    loop.stop();
  });
}

function atZero([, ...rest]: Entry): Entry {
  return [0, ...rest];
}
