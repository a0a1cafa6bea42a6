import { describe, expect, test } from 'vitest';
import {
  BaseProtocol,
  BaseTransport,
  BufferedProtocol,
  DatagramProtocol,
  DatagramTransport,
  NotImplementedError,
  Protocol,
  ReadTransport,
  SubprocessProtocol,
  SubprocessTransport,
  Transport,
  WriteTransport,
} from '../../src/index.js';
import { makeProtocol } from '../../src/protocols/protocols.js';

describe('protocols do nothing by default', () => {
  test('BaseProtocol', () => {
    const protocol = new BaseProtocol();
    expect(protocol.connectionMade(new Transport())).toBeUndefined();
    expect(protocol.connectionLost(null)).toBeUndefined();
    expect(protocol.pauseWriting()).toBeUndefined();
    expect(protocol.resumeWriting()).toBeUndefined();
  });

  test('Protocol', () => {
    const protocol = new Protocol();
    expect(protocol.connectionMade(new Transport())).toBeUndefined();
    expect(protocol.connectionLost(new Error('gone'))).toBeUndefined();
    expect(protocol.dataReceived(Buffer.from('x'))).toBeUndefined();
    expect(Boolean(protocol.eofReceived())).toBe(false);
    expect(protocol).toBeInstanceOf(BaseProtocol);
  });

  test('BufferedProtocol, whose buffer is an error to read into', () => {
    const protocol = new BufferedProtocol();
    expect(protocol.getBuffer(100)).toHaveLength(0);
    expect(protocol.bufferUpdated(150)).toBeUndefined();
    expect(Boolean(protocol.eofReceived())).toBe(false);
    expect(protocol).toBeInstanceOf(BaseProtocol);
  });

  test('DatagramProtocol', () => {
    const protocol = new DatagramProtocol();
    expect(protocol.connectionMade(new DatagramTransport())).toBeUndefined();
    expect(protocol.connectionLost(null)).toBeUndefined();
    expect(protocol.errorReceived(new Error('refused'))).toBeUndefined();
    expect(protocol.datagramReceived(Buffer.from('x'), ['127.0.0.1', 1])).toBeUndefined();
  });

  test('SubprocessProtocol', () => {
    const protocol = new SubprocessProtocol();
    expect(protocol.pipeDataReceived(1, Buffer.from('x'))).toBeUndefined();
    expect(protocol.pipeConnectionLost(1, null)).toBeUndefined();
    expect(protocol.processExited()).toBeUndefined();
  });
});

describe('a protocol factory', () => {
  test('is a function, which is called', () => {
    const protocol = new Protocol();
    expect(makeProtocol(() => protocol)).toBe(protocol);
    expect(
      makeProtocol(function () {
        return protocol;
      }),
    ).toBe(protocol);
  });

  test('is a class, of which an instance is made', () => {
    class Mine extends Protocol {}
    expect(makeProtocol(Mine)).toBeInstanceOf(Mine);
  });
});

describe('extra information', () => {
  test('is empty if none is given', () => {
    for (const extra of [undefined, null, {}]) expect(new Transport(extra)._extra).toEqual({});
  });

  test('is found by name, or the default is, or null', () => {
    const transport = new Transport({ extra: 'info' });
    expect(transport.getExtraInfo('extra')).toBe('info');
    expect(transport.getExtraInfo('unknown')).toBeNull();
    expect(transport.getExtraInfo('unknown', 'default')).toBe('default');
    expect(transport.getExtraInfo('toString')).toBeNull();
  });

  test('that is null is null, and not the default', () => {
    expect(new Transport({ peername: null }).getExtraInfo('peername', 'default')).toBeNull();
  });
});

test('writelines writes all pieces at once by default', () => {
  const written: unknown[] = [];
  class Mine extends WriteTransport {
    override write(data: unknown): void {
      written.push(data);
    }
  }
  new Mine().writelines([
    'line1',
    Buffer.from('line2'),
    new Uint16Array([0x3333]),
    new Uint8Array([52]).buffer,
  ]);
  expect(written).toEqual([Buffer.from('line1line2334')]);
});

describe('methods that a transport must have throw NotImplementedError where it has not:', () => {
  const cases: [string, object, Record<string, unknown[]>][] = [
    [
      'Transport',
      new Transport(),
      {
        isClosing: [],
        close: [],
        setProtocol: [new Protocol()],
        getProtocol: [],
        isReading: [],
        pauseReading: [],
        resumeReading: [],
        setWriteBufferLimits: [],
        getWriteBufferSize: [],
        getWriteBufferLimits: [],
        write: ['data'],
        writelines: [['data']],
        writeEof: [],
        canWriteEof: [],
        abort: [],
      },
    ],
    ['ReadTransport', new ReadTransport(), { isReading: [], pauseReading: [], resumeReading: [] }],
    ['DatagramTransport', new DatagramTransport(), { sendto: ['data'], abort: [], close: [], isClosing: [] }],
    [
      'SubprocessTransport',
      new SubprocessTransport(),
      {
        getPid: [],
        getReturncode: [],
        getPipeTransport: [1],
        sendSignal: [1],
        terminate: [],
        kill: [],
        close: [],
      },
    ],
  ];
  test.each(cases)('%s', (_name, transport, methods) => {
    for (const [method, args] of Object.entries(methods)) {
      const call = (transport as Record<string, (...args: unknown[]) => unknown>)[method]!;
      expect(() => call.apply(transport, args), method).toThrow(NotImplementedError);
    }
  });
});

test('a Transport is a ReadTransport and a WriteTransport, but no DatagramTransport', () => {
  const transport = new Transport();
  expect(transport).toBeInstanceOf(ReadTransport);
  expect(transport).toBeInstanceOf(WriteTransport);
  expect(transport).toBeInstanceOf(BaseTransport);
  expect(transport instanceof DatagramTransport).toBe(false);
  expect(new WriteTransport() instanceof ReadTransport).toBe(false);
  expect(({ pauseReading: () => undefined } as object) instanceof ReadTransport).toBe(false);
});
