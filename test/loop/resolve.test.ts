import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { type Coroutine, type EventLoop, OSError } from '../../src/index.js';
import { builtin } from '../../src/platform/builtin.js';
import {
  type AddrInfo,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_CANONNAME,
  gaierror,
  type InetAddress,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
} from '../../src/socket/index.js';
import { noAddon } from '../helpers/addon.js';
import { blocking, hosted } from '../helpers/drivers.js';
import { thrownBy } from '../helpers/virtual.js';

describe.skipIf(noAddon).each([hosted, blocking])('looking names up, on the $name driver', (driver) => {
  let loop: EventLoop;
  beforeEach(() => {
    loop = driver.newLoop();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    loop.close();
  });
  const run = <T>(main: Coroutine<T>): Promise<T> => driver.runUntilComplete(loop, main);

  it('getaddrinfo gives addresses for a literal, without asking anybody', async () => {
    const lookup = vi.spyOn(builtin('node:dns/promises'), 'lookup');
    const v4 = await run(loop.getaddrinfo('127.0.0.1', 80, { type: SOCK_STREAM }));
    expect(v4.map((info) => [info[0], info[1], info[4]])).toEqual([
      [AF_INET, SOCK_STREAM, ['127.0.0.1', 80]],
    ]);
    const v6 = await run(loop.getaddrinfo('::1', '80', { type: SOCK_DGRAM }));
    expect(v6.map((info) => [info[0], info[1], info[4].slice(0, 2)])).toEqual([
      [AF_INET6, SOCK_DGRAM, ['::1', 80]],
    ]);
    expect(lookup).not.toHaveBeenCalled();
  });

  it('getaddrinfo looks a name up, given as text or as bytes', async () => {
    for (const host of ['localhost', Buffer.from('localhost')]) {
      const found = await run(loop.getaddrinfo(host, 80, { family: AF_INET, type: SOCK_STREAM }));
      expect(found[0]![4]).toEqual(['127.0.0.1', 80]);
      expect(found[0]![1]).toBe(SOCK_STREAM);
    }
  });

  it('getaddrinfo gives all kinds of sockets where none is asked for', async () => {
    const found: AddrInfo[] = await run(loop.getaddrinfo('localhost', null, { family: AF_INET }));
    expect(new Set(found.map((info) => info[1])).has(SOCK_STREAM)).toBe(true);
    expect(new Set(found.map((info) => info[1])).has(SOCK_DGRAM)).toBe(true);
    expect((await run(loop.getaddrinfo(null, 80))).length).toBeGreaterThan(0);
    expect((await run(loop.getaddrinfo('localhost', 80, { flags: AI_CANONNAME })))[0]![3]).not.toBe('');
  });

  it('getnameinfo names an address', async () => {
    expect(await run(loop.getnameinfo(['127.0.0.1', 80], NI_NUMERICHOST | NI_NUMERICSERV))).toEqual([
      '127.0.0.1',
      '80',
    ]);
    const [, service] = await run(loop.getnameinfo(['127.0.0.1', 80], NI_NUMERICHOST));
    expect(['http', '80', 'www']).toContain(service);
  });
});

describe.skipIf(noAddon)('a hosted loop asks Node’s resolver', () => {
  let loop: EventLoop;
  let lookup: MockInstance<(host: string) => Promise<unknown>>;
  beforeEach(() => {
    loop = hosted.newLoop();
    const dns: { lookup(host: string): Promise<unknown> } = builtin('node:dns/promises');
    lookup = vi.spyOn(dns, 'lookup');
  });
  afterEach(() => {
    vi.restoreAllMocks();
    loop.close();
  });

  it.each([
    [AF_UNSPEC, 0],
    [AF_INET, 4],
    [AF_INET6, 6],
  ])('for the family %i as Node counts: %i', async (family, nodeFamily) => {
    lookup.mockResolvedValue([{ address: nodeFamily === 6 ? '::1' : '127.0.0.1', family: 4 }]);
    const found = await loop.runUntilComplete(
      loop.getaddrinfo('example.test', 1, { family, type: SOCK_STREAM }),
    );
    expect(found.length).toBe(1);
    expect(lookup).toHaveBeenCalledWith(
      'example.test',
      expect.objectContaining({ family: nodeFamily, all: true }),
    );
  });

  it('for the family, the type and the protocol of a socket that is to connect', async () => {
    lookup.mockResolvedValue([{ address: '127.0.0.1', family: 4 }]);
    const server = new socket(AF_INET, SOCK_STREAM);
    server.bind(['127.0.0.1', 0]);
    server.listen();
    const [, port] = server.getsockname<InetAddress>();
    const client = new socket(AF_INET, SOCK_STREAM);
    client.setblocking(false);
    await loop.runUntilComplete(loop.sockConnect(client, ['example.test', port]));
    expect(client.getpeername()).toEqual(['127.0.0.1', port]);
    expect(lookup).toHaveBeenCalledWith('example.test', expect.objectContaining({ family: 4 }));
    client.close();
    server.close();
  });

  it('and gives its failures Python’s class', async () => {
    const fail = (code: string | undefined, errno: number | undefined): Promise<unknown> => {
      const error = Object.assign(new Error('from Node'), {
        errno,
        syscall: code === 'EMFILE' ? 'open' : undefined,
      });
      if (code !== undefined) Object.assign(error, { code });
      lookup.mockRejectedValue(error);
      return loop.runUntilComplete(thrownBy(loop.getaddrinfo('example.test', 1)));
    };
    const unknown = (await fail('ENOTFOUND', -3008)) as gaierror;
    expect(unknown).toBeInstanceOf(gaierror);
    expect(unknown.message).toBe('getaddrinfo ENOTFOUND example.test');
    expect(unknown.code).toBe('ENOTFOUND');
    expect((unknown.cause as Error).message).toBe('from Node');
    expect(await fail('EAI_AGAIN', undefined)).toBeInstanceOf(gaierror);
    const system = await fail('EMFILE', -24);
    expect(system).toBeInstanceOf(OSError);
    expect(system).not.toBeInstanceOf(gaierror);
    expect(String(await fail(undefined, undefined))).toBe('Error: from Node');
  });
});
