// A generator runs up to the next yield.
import { print } from './python.js';

function* getNumber(): Generator<number> {
  print('Hi');
  yield 1;
  print('Hello');
  yield 7;
  print('Howdy');
  yield 4;
}

const generator = getNumber();
print('created, nothing printed');
print(generator.next().value);
print(generator.next().value);
print([...generator]);
