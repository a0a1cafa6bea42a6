// Running tasks concurrently: three factorials side by side.
import { gather, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* factorial(name: string, number: number): Coroutine<number> {
  let product = 1;
  for (let i = 2; i <= number; i++) {
    print(`Task ${name}: Compute factorial(${number}), currently i=${i}...`);
    yield* sleep(0.02);
    product *= i;
  }
  print(`Task ${name}: factorial(${number}) = ${product}`);
  return product;
}

function* main(): Coroutine<void> {
  print(yield* gather(factorial('A', 2), factorial('B', 3), factorial('C', 4)));
}

await run(main());
