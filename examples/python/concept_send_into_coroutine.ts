// next() carries values through `yield*`: no loop takes part here.
import { print } from './python.js';

class Rock {
  *[Symbol.iterator](): Generator<number, number, number> {
    const valueSentIn = yield 7;
    print(`Rock.__await__ resuming with value: ${valueSentIn}.`);
    return valueSentIn;
  }
}

function* main(): Generator<number, number, number> {
  print('Beginning coroutine main().');
  const rock = new Rock();
  print('Awaiting rock...');
  const valueFromRock = yield* rock;
  print(`Coroutine received value: ${valueFromRock} from rock.`);
  return 23;
}

const coroutine = main();
const intermediate = coroutine.next();
print(`Coroutine paused and returned intermediate value: ${intermediate.value}.`);
print('Resuming coroutine and sending in value: 42.');
const stop = coroutine.next(42);
if (stop.done) print(`Coroutine main() finished and provided value: ${stop.value}.`);
