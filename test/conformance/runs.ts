/*
 * Running a program on each of the three drivers. Each run has a fresh loop.
 */
import { EventLoop } from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { Machine } from './machine.js';
import type { Entry, Program } from './program.js';

/**
 * On a real clock, one second of a program is this many: whatever the machine is doing meanwhile, no timer of a
 * timeless program comes due but those of no delay.
 */
const REAL_SECOND = 1000;

/** On virtual time: the whole trace. */
export function runVirtual(program: Program): Entry[] {
  const loop = new VirtualEventLoop();
  return runBlockingOn(loop, new Machine(program, loop));
}

/** On a real clock, blocking: the trace at time 0. */
export function runBlocking(program: Program): Entry[] {
  const loop = new EventLoop();
  return runBlockingOn(loop, new Machine(program, loop, REAL_SECOND)).map(atZero);
}

/** On a real clock, hosted by Node's own loop: the trace at time 0. */
export async function runHosted(program: Program): Promise<Entry[]> {
  const loop = new EventLoop();
  const machine = new Machine(program, loop, REAL_SECOND);
  try {
    await loop.runUntilComplete(machine.start());
    machine.finish();
  } finally {
    loop.close();
  }
  return machine.trace.map(atZero);
}

function runBlockingOn(loop: EventLoop, machine: Machine): Entry[] {
  try {
    loop.runUntilCompleteSync(machine.start());
    machine.finish();
  } finally {
    loop.close();
  }
  return machine.trace;
}

function atZero([, ...rest]: Entry): Entry {
  return [0, ...rest];
}
