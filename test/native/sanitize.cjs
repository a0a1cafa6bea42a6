/*
 * The addon's own tests for AddressSanitizer and UBSan: a plain program, that scripts/sanitize.mjs runs with an addon
 * built for them. It goes through every function with good arguments and with bad ones, and through every way in which a
 * watch can end. It checks little by itself: the sanitizers end the process when they find something.
 */
'use strict';
const assert = require('node:assert');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const path = process.env.TSYNCIO_SANITIZED ?? process.argv[2];
const a = require(path);
const rounds = isMainThread ? 1500 : 200;

/* Numbers that are the same in every run. */
let seed = isMainThread ? 12345 : workerData;
function random(below) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}
const pick = (list) => list[random(list.length)];

function pair(type = 1) {
  const fds = new Int32Array(2);
  assert.equal(a.socketpair(1, type, 0, true, fds), 0);
  return fds;
}

function detached(Type) {
  const view = new Type(16);
  structuredClone(null, { transfer: [view.buffer] });
  return view;
}

/** Views whose end is the end of their memory: one byte too many is seen. */
function tight(Type, length) {
  return new Type(new ArrayBuffer(length * Type.BYTES_PER_ELEMENT));
}

function fuzz() {
  const [x, y] = pair();
  const epfd = a.epollCreate();
  const descriptors = [-1, 1e6, NaN, x, y, epfd];
  const numbers = [
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    15,
    16,
    17,
    100,
    -1,
    0.5,
    NaN,
    Infinity,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    1e308,
  ];
  const others = [
    undefined,
    null,
    true,
    false,
    '',
    'x',
    '127.0.0.1',
    7n,
    Symbol('s'),
    () => {},
    {},
    [],
    [1],
    new Date(),
  ];
  const names = Object.keys(a).filter((name) => typeof a[name] === 'function');
  for (let round = 0; round < rounds * names.length; round++) {
    const name = names[round % names.length];
    const bytes = tight(Uint8Array, random(40));
    const ints = tight(Int32Array, random(48));
    const args = Array.from({ length: 1 + random(7) }, () => {
      const kind = random(16);
      if (kind < 4) return bytes;
      if (kind < 6) return ints;
      if (kind < 7)
        return pick([
          detached(Uint8Array),
          detached(Int32Array),
          new Float64Array(3),
          new DataView(bytes.buffer),
        ]);
      if (kind < 8) return [bytes, bytes.subarray(1), bytes];
      if (kind < 13) return pick(numbers);
      return pick(others);
    });
    // No number that could be a descriptor of Node's own: taking that away would be a fair way to end the process.
    if (typeof args[0] === 'number' || random(4) > 0)
      args[0] = pick(name === 'close' ? [-1, 1e6] : descriptors);
    if ((name === 'poll' || name === 'epollWait') && args.length > 2) args[2] = pick([0, 0.0001, NaN]);
    if (name === 'getaddrinfo' && typeof args[0] === 'string') args[0] = '127.0.0.1';
    if (name === 'getnameinfo') args[1] = 3;
    if (name === 'setNonblocking') args[1] = true;
    if (name === 'sendfile') args[1] = pick(descriptors);
    let result;
    try {
      result = a[name](...args);
    } catch (error) {
      assert(error instanceof TypeError, error);
    }
    if (['socket', 'dup', 'accept', 'epollCreate'].includes(name) && result >= 0) a.close(result);
    if (['pipe', 'socketpair'].includes(name) && result === 0)
      args
        .find((arg) => arg instanceof Int32Array)
        ?.subarray(0, 2)
        .forEach((fd) => a.close(fd));
    if (name === 'watch' && typeof result === 'object')
      pick([() => result.close(), () => (result.start(), result.unref()), () => {}])();
  }
  for (const fd of [x, y, epfd]) a.close(fd);
}

/** Parts that end one byte behind their buffer, with enough to be moved. */
function parts() {
  const [x, y] = pair();
  for (let length = 0; length < 40; length++) {
    a.send(x, new Uint8Array(100), 0, 100, 0);
    for (let offset = 0; offset <= length + 1; offset++) {
      const bytes = tight(Uint8Array, length);
      const out = tight(Int32Array, 33);
      const size = length - offset + 1;
      if (offset <= length) assert.equal(a.recv(y, bytes, offset, size - 1, 2) < 0, false);
      assert.equal(a.recv(y, bytes, offset, size, 2), -22);
      assert.equal(a.recvfrom(y, bytes, offset, size, 2, out), -22);
      assert.equal(a.read(y, bytes, offset, size), -22);
      assert.equal(a.send(x, bytes, offset, size, 0), -22);
      assert.equal(a.sendto(x, bytes, offset, size, 0, new Uint8Array(2)), -22);
      assert.equal(a.write(x, bytes, offset, size), -22);
    }
    a.recv(y, new Uint8Array(100), 0, 100, 0);
  }
  assert.equal(a.accept(x, true, tight(Int32Array, 32)), -22);
  assert.equal(a.getsockname(x, tight(Int32Array, 32)), -22);
  assert.equal(a.getsockname(x, tight(Int32Array, 33)), 0);
  a.close(x);
  a.close(y);
}

function transfers() {
  for (const type of [1, 2]) {
    const [x, y] = pair(type);
    const out = tight(Int32Array, 33);
    for (let length = 0; length < 70; length++) {
      const data = tight(Uint8Array, length).fill(length);
      a.send(x, data, 0, length, 0);
      a.recvfrom(y, tight(Uint8Array, 64), 0, 64, 0, out);
      a.sendmsg(x, [data, data, data], length >> 1, 0);
      a.recv(y, tight(Uint8Array, 300), 0, 300, 0);
      a.writev(x, [data, data], 0);
      a.read(y, tight(Uint8Array, 10), 3, 7);
    }
    a.close(x);
    a.close(y);
  }
  const [x, y] = pair();
  assert.equal(a.writev(x, new Array(5000).fill(Uint8Array.of(1)), 0), 1024);
  const list = [new Uint8Array(100), 0, new Uint8Array(100)];
  Object.defineProperty(list, 1, {
    get: () => (structuredClone(null, { transfer: [list[0].buffer] }), new Uint8Array(3)),
  });
  assert.equal(a.sendmsg(x, list, 0, 0), 103);
  a.close(x);
  a.close(y);
}

function addresses() {
  const out = tight(Int32Array, 33);
  const { AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM } = a.constants;
  for (const [family, length] of [
    [AF_INET, 16],
    [AF_INET6, 28],
    [AF_UNIX, 2],
    [AF_UNIX, 7],
    [AF_UNIX, 110],
    [AF_UNIX, 128],
  ]) {
    const fd = a.socket(family, SOCK_DGRAM, 0, true);
    if (fd < 0) continue;
    const address = tight(Uint8Array, length);
    address[0] = family;
    if (family === AF_UNIX) address.fill(random(256), 3);
    a.bind(fd, address);
    a.getsockname(fd, out);
    a.getpeername(fd, out);
    a.connect(fd, address);
    a.sendto(fd, tight(Uint8Array, 5), 0, 5, 0, address);
    a.getsockopt(fd, 1, 3, tight(Uint8Array, random(9)));
    a.setsockopt(fd, 1, 2, tight(Uint8Array, random(9)));
    a.setsockopt(fd, 1, 2, 1);
    a.close(fd);
  }
  for (let length = 0; length < 300; length++) a.getnameinfo(tight(Uint8Array, length).fill(2, 0, 1), 3);
  for (const host of [
    null,
    '127.0.0.1',
    '::1',
    'x'.repeat(1023),
    'x'.repeat(1024),
    'x'.repeat(1025),
    'é'.repeat(600),
  ]) {
    a.getaddrinfo(host, '80', 0, 0, 0, a.constants.AI_NUMERICHOST);
    a.getaddrinfo('127.0.0.1', host, 0, 0, 0, a.constants.AI_NUMERICHOST);
    if (host !== null) a.ifNametoindex(host);
  }
  for (let length = 0; length < 20; length++) a.ifNametoindex('y'.repeat(length));
}

function selecting() {
  const epfd = a.epollCreate();
  const pairs = Array.from({ length: 40 }, () => pair());
  for (const [x] of pairs) a.epollCtl(epfd, 1, x, 4);
  for (let length = 0; length < 200; length++) a.epollWait(epfd, tight(Int32Array, length), 0);
  for (let length = 0; length < 20; length++)
    for (let count = 0; count < 12; count++) a.poll(tight(Int32Array, length), count, 0);
  for (const fds of pairs) fds.forEach((fd) => a.close(fd));
  a.close(epfd);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function watching() {
  const [x, y] = pair();
  for (let round = 0; round < 60; round++) {
    const watches = Array.from({ length: 10 }, (_, i) => {
      const w = a.watch(x, () => {
        pick([
          () => w.close(),
          () => w.stop(),
          () => (w.close(), w.start(), w.close()),
          () => a.read(x, new Uint8Array(9), 0, 9),
        ])();
      });
      if (i % 3 !== 0) w.start();
      return w;
    });
    a.write(y, new Uint8Array(1), 0, 1);
    await turn();
    for (const w of watches) pick([() => w.close(), () => w.stop(), () => (w.unref(), w.ref())])();
    if (round % 10 === 0) globalThis.gc?.();
    watches.filter((_, i) => i % 2 === 0).forEach((w) => w.close());
    watches.forEach((w) => w.stop());
    await turn();
  }
  globalThis.gc?.();
  await turn();
  globalThis.gc?.();
  await turn();
  // Some are left as they are: the end of the environment has to deal with them.
  globalThis.left = Array.from({ length: 20 }, () => a.watch(x, () => {}));
  globalThis.left.slice(0, 10).forEach((w) => (w.start(), w.unref()));
  return [x, y];
}

function workers() {
  return Promise.all(
    [1, 2, 3].map(
      (id) =>
        new Promise((resolve, reject) => {
          const thread = new Worker(module.filename, { workerData: id, argv: [path] });
          thread.on('error', reject);
          thread.on('message', () => thread.terminate());
          thread.on('exit', resolve);
        }),
    ),
  );
}

async function main() {
  parts();
  transfers();
  addresses();
  selecting();
  fuzz();
  const [x, y] = await watching();
  if (isMainThread) {
    await workers();
    console.log('sanitized tests passed');
    return;
  }
  // One thread ends by itself, the others are terminated: with watches open, and in a callback.
  if (workerData === 1) return;
  if (workerData === 3) {
    a.watch(x, () => {
      parentPort.postMessage('now');
      for (;;);
    }).start();
    a.write(y, new Uint8Array(1), 0, 1);
    return;
  }
  setInterval(() => {}, 1000);
  parentPort.postMessage('now');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
