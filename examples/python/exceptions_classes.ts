// Class relations and attributes of the errors.
import {
  BrokenBarrierError,
  CancelledError,
  IncompleteReadError,
  InvalidStateError,
  isException,
  LimitOverrunError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  SendfileNotAvailableError,
} from 'tsyncio';
import { print, repr } from './python.js';

/** The name of the class above; JavaScript's Error is Python's Exception. */
function base(cls: abstract new (...args: never) => Error): string {
  const parent = Object.getPrototypeOf(cls) as typeof Error;
  return parent === Error ? 'Exception' : parent.name;
}

print('CancelledError:', base(CancelledError), 'is Exception:', isException(new CancelledError()));
for (const cls of [
  InvalidStateError,
  SendfileNotAvailableError,
  IncompleteReadError,
  LimitOverrunError,
  BrokenBarrierError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
])
  print(cls.name, '<-', base(cls));
const incomplete = new IncompleteReadError(Buffer.from('abc'), 10);
print(incomplete, repr(incomplete.partial), incomplete.expected);
print(new IncompleteReadError(Buffer.from('abc'), null));
const overrun = new LimitOverrunError('too long', 7);
print(overrun, overrun.consumed);
