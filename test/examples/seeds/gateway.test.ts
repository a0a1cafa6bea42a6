import { describe, expect, it } from 'vitest';
import * as callbacks from '../../../examples/seeds/native/gateway-callbacks.js';
import * as coroutines from '../../../examples/seeds/native/gateway-coroutines.js';
import type { Address } from '../../../examples/seeds/native/messages.js';
import { Reactor } from '../../../examples/seeds/native/reactor.js';
import * as onTsyncio from '../../../examples/seeds/on-tsyncio/gateway.js';
import { Kernel, sleep } from '../../../examples/seeds/tale/08-whole.js';
import { type Coroutine, getRunningLoop, gather } from '../../../src/index.js';
import { createServer } from '../../../src/socket/index.js';
import { noAddon } from '../../helpers/addon.js';
import { onEachNetwork, program, serving } from '../../helpers/servers.js';

/** An address where nobody listens. */
function nobody(): Address {
  const taken = createServer(['127.0.0.1', 0]);
  const address = taken.getsockname<Address>();
  taken.close();
  return address;
}

describe.skipIf(noAddon)('the gateway of callbacks', () => {
  it('asks all services before it waits for any, and answers when the last one has', () => {
    const reactor = new Reactor();
    // Neither replies before the other has been asked: one after the other they would wait for ever.
    const held: ((body: unknown) => void)[] = [];
    const service: callbacks.Handler = (path, reply) => {
      held.push(reply);
      if (held.length === 2) held.reverse().forEach((each, i) => each(`${path} ${i}`));
    };
    const listeners = [callbacks.serve(reactor, service), callbacks.serve(reactor, service)] as const;
    const [one, two] = listeners.map((listener) => listener.getsockname<Address>()) as [Address, Address];
    const server = callbacks.serve(reactor, callbacks.gateway(reactor, { one, two, none: nobody() }));
    let answer: unknown;
    callbacks.fetch(reactor, server.getsockname<Address>(), '/x', (error, body) => {
      answer = error ?? body;
      for (const listener of [...listeners, server]) reactor.close(listener);
    });
    reactor.run();
    const { one: first, two: second, none } = answer as Record<string, unknown>;
    expect([first, second].sort()).toEqual(['/x 0', '/x 1']);
    expect(none).toEqual({ error: expect.stringMatching(/^errno \d+$/) as string });
  });
});

describe.skipIf(noAddon)('the gateway on the kernel of the tale', () => {
  it('asks all services before it waits for any, and tells of those that are not there', () => {
    let asked = 0;
    function* service(path: string): ReturnType<coroutines.Handler> {
      asked++;
      while (asked < 2) yield* sleep(0.001);
      return path;
    }
    const answer = new Kernel().run(
      (function* () {
        const one = yield* coroutines.serve(service);
        const two = yield* coroutines.serve(service);
        const services = { one: one.address, two: two.address, none: nobody() };
        const server = yield* coroutines.serve(coroutines.gateway(services));
        const body = yield* coroutines.fetch(server.address, '/x');
        for (const each of [one, two, server]) yield* coroutines.stop(each);
        expect(one.task.outcome).not.toBeNull();
        return body;
      })(),
    );
    expect(answer).toEqual({
      one: '/x',
      two: '/x',
      none: { error: expect.stringMatching(/^errno \d+$/) as string },
    });
  });
});

onEachNetwork(() => {
  describe('the gateway on tsyncio', () => {
    it('asks all services before it waits for any', () =>
      program(function* (): Coroutine {
        const both = getRunningLoop().createFuture<null>();
        let asked = 0;
        function* service(path: string): Coroutine<unknown> {
          if (++asked === 2) both.setResult(null);
          yield* both;
          return path;
        }
        const [one, two] = yield* gather(onTsyncio.serve(service), onTsyncio.serve(service));
        const services = { one: onTsyncio.addressOf(one), two: onTsyncio.addressOf(two) };
        const server = yield* onTsyncio.serve(onTsyncio.gateway(services));
        yield* serving(one, () =>
          serving(two, () =>
            serving(server, function* () {
              expect(yield* onTsyncio.fetch(onTsyncio.addressOf(server), '/x')).toEqual({
                one: '/x',
                two: '/x',
              });
            }),
          ),
        );
      }));
  });
});
