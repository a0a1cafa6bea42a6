// Who waits for whom, without ids and places.
import {
  asyncWith,
  captureCallGraph,
  formatCallGraph,
  run,
  TaskGroup,
  type Coroutine,
  type Task,
} from 'tsyncio';
import { print } from './python.js';

function* test(): Coroutine<void> {
  const text = formatCallGraph();
  for (let line of text.split('\n')) {
    line = line.replace(/id=0x[0-9a-f]+/, 'id=0x...');
    line = line.replace(/File '.*', line \d+, in/, 'in');
    print(line);
  }
  const graph = captureCallGraph()!;
  const parents = graph.awaitedBy.map((entry) => (entry.future as Task).getName());
  print('awaited by:', parents);
}

function* main(): Coroutine<void> {
  yield* asyncWith(new TaskGroup(), function* (group) {
    group.createTask(test(), { name: 'test' });
  });
}

await run(main());
