// Calling a coroutine function runs nothing.
import { iscoroutine, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

const ran: string[] = [];

function* main(): Coroutine<string> {
  ran.push('body');
  yield* sleep(0.01);
  return 'done';
}

const coro = main();
print('after the call:', ran, iscoroutine(coro), iscoroutine(main));
print('result:', await run(coro));
print('after run():', ran);
