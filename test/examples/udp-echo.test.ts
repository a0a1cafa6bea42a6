import { describe, expect, it } from 'vitest';
import { ask, startUdpEcho } from '../../examples/udp-echo.js';
import {
  ConnectionRefusedError,
  DatagramProtocol,
  type DatagramTransport,
  gather,
  getRunningLoop,
  TimeoutError,
} from '../../src/index.js';
import type { InetAddress } from '../../src/socket/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { onEachNetwork, program } from '../helpers/servers.js';

function portOf(transport: DatagramTransport): number {
  return transport.getExtraInfo('sockname')[1];
}

/** Answers every datagram but the first `deaf` ones. */
class Lossy extends DatagramProtocol {
  received = 0;
  private readonly _deaf: number;
  private _transport!: DatagramTransport;

  constructor(deaf: number) {
    super();
    this._deaf = deaf;
  }

  override connectionMade(transport: DatagramTransport): void {
    this._transport = transport;
  }

  override datagramReceived(data: Buffer, addr: InetAddress): void {
    if (++this.received > this._deaf) this._transport.sendto(data, addr);
  }
}

onEachNetwork(() => {
  describe('UDP echo', () => {
    it('answers many clients', () =>
      program(function* () {
        const server = yield* startUdpEcho('127.0.0.1', 0);
        const port = portOf(server);
        const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
        expect(yield* gather(...texts.map((text) => ask('127.0.0.1', port, text)))).toEqual(texts);
        server.close();
      }));

    it('is asked again when a datagram is lost', () =>
      program(function* () {
        const [server, protocol] = yield* getRunningLoop().createDatagramEndpoint(() => new Lossy(2), {
          localAddr: ['127.0.0.1', 0],
        });
        expect(yield* ask('127.0.0.1', portOf(server), 'x', { patience: 0.2 })).toBe('x');
        expect(protocol.received).toBe(3);
        server.close();
      }));

    it('is given up after some attempts', () =>
      program(function* () {
        const [server, protocol] = yield* getRunningLoop().createDatagramEndpoint(() => new Lossy(9), {
          localAddr: ['127.0.0.1', 0],
        });
        const asking = ask('127.0.0.1', portOf(server), 'x', { patience: 0.05, attempts: 2 });
        expect(yield* thrownBy(asking)).toBeInstanceOf(TimeoutError);
        expect(protocol.received).toBe(2);
        server.close();
      }));

    it('is refused where nobody listens', () =>
      program(function* () {
        const server = yield* startUdpEcho('127.0.0.1', 0);
        const port = portOf(server);
        server.close();
        yield;
        expect(yield* thrownBy(ask('127.0.0.1', port, 'x'))).toBeInstanceOf(ConnectionRefusedError);
      }));
  });
});
