import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Coroutine, EventLoop, RuntimeError } from '../../src/index.js';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_PASSIVE,
  gaierror,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
} from '../../src/socket/index.js';
import { thrownBy } from '../helpers/virtual.js';

vi.mock('../../src/platform/addon.js', async (original) => ({
  ...(await original<object>()),
  addonAvailable: () => false,
}));

describe('looking names up without the addon', () => {
  let loop: EventLoop;
  beforeEach(() => {
    loop = new EventLoop();
  });
  afterEach(() => {
    loop.close();
  });
  const run = <T>(main: Coroutine<T>): Promise<T> => loop.runUntilComplete(main);
  const tcp = { type: SOCK_STREAM };

  it('knows an address in text', async () => {
    expect(await run(loop.getaddrinfo('127.0.0.1', '80', tcp))).toEqual([
      [AF_INET, SOCK_STREAM, IPPROTO_TCP, '', ['127.0.0.1', 80]],
    ]);
    expect(await run(loop.getaddrinfo('::1%1', 80, { type: SOCK_DGRAM }))).toEqual([
      [AF_INET6, SOCK_DGRAM, IPPROTO_UDP, '', ['::1', 80, 0, 1]],
    ]);
    expect(await run(loop.getaddrinfo(Buffer.from('::1'), Buffer.from('80'), tcp))).toEqual([
      [AF_INET6, SOCK_STREAM, IPPROTO_TCP, '', ['::1', 80, 0, 0]],
    ]);
  });

  it('gives all kinds of sockets where none is asked for', async () => {
    const found = await run(loop.getaddrinfo('127.0.0.1', null));
    expect(found.map((info) => info[1])).toEqual([SOCK_STREAM, SOCK_DGRAM, SOCK_RAW]);
    const udp = await run(loop.getaddrinfo('127.0.0.1', null, { proto: IPPROTO_UDP }));
    expect(udp.map((info) => info.slice(1, 3))).toEqual([
      [SOCK_DGRAM, IPPROTO_UDP],
      [SOCK_RAW, IPPROTO_UDP],
    ]);
  });

  it('knows what no host at all stands for', async () => {
    const hosts = async (flags: number, family = 0): Promise<unknown[]> =>
      (await run(loop.getaddrinfo(null, 1, { ...tcp, flags, family }))).map((info) => info[4]);
    expect(await hosts(AI_PASSIVE)).toEqual([
      ['0.0.0.0', 1],
      ['::', 1, 0, 0],
    ]);
    expect(await hosts(0)).toEqual([
      ['::1', 1, 0, 0],
      ['127.0.0.1', 1],
    ]);
    expect(await hosts(0, AF_INET)).toEqual([['127.0.0.1', 1]]);
  });

  it('says the name where the canonical one is asked for', async () => {
    const named = async (host: string | null): Promise<string> =>
      (await run(loop.getaddrinfo(host, 1, { ...tcp, flags: AI_CANONNAME })))[0]![3];
    expect(await named('127.0.0.1')).toBe('127.0.0.1');
    expect(await named(null)).toBe('');
  });

  it('asks Node for a name', async () => {
    const found = await run(loop.getaddrinfo('localhost', 80, { ...tcp, family: AF_INET }));
    expect(found).toEqual([[AF_INET, SOCK_STREAM, IPPROTO_TCP, '', ['127.0.0.1', 80]]]);
  });

  it.each([
    ['a name that may not be looked up', 'localhost', 80, { flags: AI_NUMERICHOST }, 'ENOTFOUND localhost'],
    ['no name', '', 80, {}, 'ENOTFOUND'],
    ['another family', '127.0.0.1', 80, { family: AF_INET6 }, 'ENOTFOUND 127.0.0.1'],
    ['a family without names', '127.0.0.1', 80, { family: AF_UNIX }, 'EAI_FAMILY'],
    [
      'a type that does not go with the protocol',
      '127.0.0.1',
      80,
      { type: SOCK_STREAM, proto: IPPROTO_UDP },
      'ENOTFOUND',
    ],
    ['the name of a service', '127.0.0.1', 'http', {}, 'EAI_SERVICE http'],
  ])('%s is a gaierror', async (_what, host, port, options, text) => {
    const error = await run(thrownBy(loop.getaddrinfo(host, port, options)));
    expect(error).toBeInstanceOf(gaierror);
    expect((error as Error).message).toContain(`getaddrinfo ${text}`);
  });

  it('cannot look a name up while the loop blocks', () => {
    expect(() => loop.runUntilCompleteSync(loop.getaddrinfo('localhost', 80))).toThrow(RuntimeError);
  });

  it('names an address', async () => {
    const flags = NI_NUMERICHOST | NI_NUMERICSERV;
    expect(await run(loop.getnameinfo(['127.0.0.1', 80], flags))).toEqual(['127.0.0.1', '80']);
    const [host, service] = await run(loop.getnameinfo(['127.0.0.1', 80]));
    expect(host).not.toBe('');
    expect(service).not.toBe('');
    expect(await run(loop.getnameinfo(['127.0.0.1', 80], NI_NUMERICHOST))).toEqual(['127.0.0.1', service]);
    expect(await run(loop.getnameinfo(['127.0.0.1', 80], NI_NUMERICSERV))).toEqual([host, '80']);
  });

  it('names nothing but addresses', async () => {
    expect(await run(thrownBy(loop.getnameinfo(['localhost', 80])))).toBeInstanceOf(gaierror);
    expect(await run(thrownBy(loop.getnameinfo('127.0.0.1' as never)))).toBeInstanceOf(TypeError);
    expect(await run(thrownBy(loop.getnameinfo(['127.0.0.1', 99999])))).toBeInstanceOf(Error);
  });
});
