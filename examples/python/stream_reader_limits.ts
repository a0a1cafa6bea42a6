// StreamReader: readline, readexactly, readuntil and their errors.
import {
  IncompleteReadError,
  LimitOverrunError,
  run,
  StreamReader,
  ValueError,
  type Coroutine,
} from 'tsyncio';
import { print, repr } from './python.js';

function* main(): Coroutine<void> {
  let reader = new StreamReader({ limit: 8 });
  reader.feedData('short\nfar too long a line\nend');
  print(repr(yield* reader.readline()));
  try {
    yield* reader.readline();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    print('ValueError:', error);
  }
  print('line removed from the buffer; next:', repr(yield* reader.readexactly(2)));
  reader.feedEof();
  try {
    yield* reader.readexactly(5);
  } catch (error) {
    if (!(error instanceof IncompleteReadError)) throw error;
    print('IncompleteReadError:', repr(error.partial), error.expected, '|', error);
  }
  print('at_eof:', reader.atEof(), repr(yield* reader.read()), repr(yield* reader.readline()));

  reader = new StreamReader({ limit: 8 });
  reader.feedData('abc;def,ghi');
  print(repr(yield* reader.readuntil([',', ';'])), repr(yield* reader.readuntil([',', ';'])));
  reader.feedData('0123456789');
  try {
    yield* reader.readuntil('#');
  } catch (error) {
    if (!(error instanceof LimitOverrunError)) throw error;
    print('LimitOverrunError:', error.consumed, '|', error);
  }
  print('kept:', repr(yield* reader.read(100)));
}

await run(main());
