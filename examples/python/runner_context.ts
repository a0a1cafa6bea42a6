// One loop and one context for several run() calls.
import {
  ContextVar,
  copyContext,
  getRunningLoop,
  Runner,
  RuntimeError,
  type Coroutine,
  type EventLoop,
} from 'tsyncio';
import { print } from './python.js';

const step = new ContextVar('step', { default: 0 });

function* advance(): Coroutine<[number, EventLoop]> {
  step.set(step.get() + 1);
  return [step.get(), getRunningLoop()];
}

const runner = new Runner();
let loopOne: EventLoop;
{
  await using _closing = runner;
  const [first, one] = await runner.run(advance());
  const [second, two] = await runner.run(advance());
  loopOne = one;
  print(first, second, 'same loop:', one === two && two === runner.getLoop());
  const own = copyContext();
  print('own context:', (await runner.run(advance(), { context: own }))[0]);
}
print('outside:', step.get(), 'closed:', loopOne.isClosed());
try {
  runner.getLoop();
} catch (error) {
  if (!(error instanceof RuntimeError)) throw error;
  print('RuntimeError:', error);
}
