/*
 * Which ports of a machine are open? Ask only machines that are yours.
 *
 *     node dist-examples/port-scanner.js [host] [first] [last]
 */
import {
  asyncWith,
  type Coroutine,
  openConnection,
  OSError,
  run,
  Semaphore,
  TaskGroup,
  timeout,
} from 'tsyncio';

export interface ScanOptions {
  /** How many connections to try at once. */
  atOnce?: number;
  /** Seconds to wait for each of them. */
  patience?: number;
}

/** Whether somebody listens there. */
function* isOpen(host: string, port: number, patience: number): Coroutine<boolean> {
  try {
    const [, writer] = yield* asyncWith(timeout(patience), () => openConnection(host, port));
    writer.transport.abort();
    return true;
  } catch (error) {
    // Refused, unreachable, or no answer in time: TimeoutError is an OSError, too.
    if (error instanceof OSError) return false;
    throw error;
  }
}

/** The open ports among `ports`, in their order. */
export function* scan(
  host: string,
  ports: readonly number[],
  { atOnce = 100, patience = 0.5 }: ScanOptions = {},
): Coroutine<number[]> {
  const open = new Set<number>();
  const slots = new Semaphore(atOnce);
  function* probe(port: number): Coroutine {
    try {
      if (yield* isOpen(host, port, patience)) open.add(port);
    } finally {
      slots.release();
    }
  }
  yield* asyncWith(new TaskGroup(), function* (group) {
    for (const port of ports) {
      // Taken before there is a task: so there are never more tasks than slots, however many ports.
      yield* slots.acquire();
      group.createTask(probe(port));
    }
  });
  return ports.filter((port) => open.has(port));
}

function* main(host: string, first: number, last: number): Coroutine {
  const ports = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const open = yield* scan(host, ports);
  console.log(`${host}: ${open.length} of ${ports.length} ports are open`);
  for (const port of open) console.log(`  ${port}`);
}

if (process.argv[1] === import.meta.filename) {
  const [host = '127.0.0.1', first = '1', last = '1024'] = process.argv.slice(2);
  await run(main(host, Number(first), Number(last)));
}
