/*
 * Echo: how much CPU time of the server a request costs, and how many requests a second there are.
 *
 *   node bench/net/run.mjs [connections] [bytes] [seconds] [kinds]
 *
 * Each server runs in a process of its own, pinned to the first core; the load is made here, by blocking sockets of
 * poll(2) on the second, the same for all.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { EVENT_READ, DefaultSelector } from 'tsyncio/selectors';
import { IPPROTO_TCP, socket, TCP_NODELAY } from 'tsyncio/socket';

const [connections = 10, bytes = 1024, seconds = 3] = process.argv.slice(2, 5).map(Number);
const kinds = (process.argv[5] ?? 'node,protocol,buffered').split(',');

async function line(child: ChildProcess): Promise<string> {
  const [text] = (await once(child.stdout!, 'data')) as [Buffer];
  return text.toString().trim();
}

/** How much CPU time a server has used, in microseconds. */
async function cpuTime(server: ChildProcess): Promise<number> {
  server.kill('SIGUSR2');
  return Number(await line(server));
}

/** Requests for so many seconds, one under way on each connection. @returns how many were answered. */
function load(port: number, duration: number): number {
  const selector = new DefaultSelector<{ sock: socket; missing: number }>();
  const request = Buffer.alloc(bytes, 'x');
  const room = Buffer.alloc(1 << 18);
  const all = Array.from({ length: connections }, () => {
    const sock = new socket();
    sock.connect(['127.0.0.1', port]);
    sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    selector.register(sock, EVENT_READ, { sock, missing: bytes });
    return sock;
  });
  for (const sock of all) sock.sendall(request);
  let answered = 0;
  const end = performance.now() + duration * 1000;
  while (performance.now() < end) {
    for (const [{ data }] of selector.select(1)) {
      data!.missing -= data!.sock.recvInto(room);
      if (data!.missing > 0) continue;
      answered++;
      data!.missing = bytes;
      data!.sock.sendall(request);
    }
  }
  for (const sock of all) sock.close();
  selector.close();
  return answered;
}

console.log(`${connections} connections, ${bytes} bytes, ${seconds} s each`);
for (const kind of kinds) {
  const server = spawn(
    'taskset',
    ['-c', '0', process.execPath, new URL('server.mjs', import.meta.url).pathname, kind],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const port = Number(await line(server));
  load(port, 0.5);
  const before = await cpuTime(server);
  const answered = load(port, seconds);
  const perRequest = ((await cpuTime(server)) - before) / answered;
  server.kill();
  console.log(
    `${kind.padEnd(10)} ${Math.round(answered / seconds)
      .toString()
      .padStart(8)} requests/s  ` + `${perRequest.toFixed(2).padStart(7)} µs of server CPU a request`,
  );
}
