// Event loop implementations: choose the selector by loopFactory.
import { EventLoop, getRunningLoop, run, SelectorEventLoop, sleep, type Coroutine } from 'tsyncio';
import { SelectSelector } from 'tsyncio/selectors';
import { print } from './python.js';

class CountingSelector extends SelectSelector {
  static calls = 0;

  override select(timeout?: number | null): ReturnType<SelectSelector['select']> {
    CountingSelector.calls++;
    return super.select(timeout);
  }
}

function* main(): Coroutine<boolean> {
  yield* sleep(0.01);
  return getRunningLoop().constructor === SelectorEventLoop;
}

const loopFactory = (): SelectorEventLoop => new SelectorEventLoop(new CountingSelector());
print('selector loop:', await run(main(), { loopFactory }));
print('select() was used:', CountingSelector.calls > 0);
print('EventLoop is the selector loop here:', EventLoop === SelectorEventLoop);
