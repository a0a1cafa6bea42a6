import { describe, expect, test } from 'vitest';
import {
  type BaseProtocol,
  type ExceptionContext,
  KeyboardInterrupt,
  Protocol,
  ValueError,
} from '../../src/index.js';
import { FlowControlTransport } from '../../src/protocols/flow-control.js';
import { VirtualEventLoop } from '../../src/testing/index.js';

class Mine extends FlowControlTransport {
  size = 0;
  protocol: BaseProtocol = new Protocol();

  override getWriteBufferSize(): number {
    return this.size;
  }

  protected override _flowProtocol(): BaseProtocol {
    return this.protocol;
  }

  resize(size: number): void {
    this.size = size;
    this._maybePauseProtocol();
    this._maybeResumeProtocol();
  }
}

class Told extends Protocol {
  readonly told: string[] = [];

  override pauseWriting(): void {
    this.told.push('pause');
  }

  override resumeWriting(): void {
    this.told.push('resume');
  }
}

function make(protocol: BaseProtocol = new Protocol()): { transport: Mine; reports: ExceptionContext[] } {
  const loop = new VirtualEventLoop();
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => reports.push(context));
  const transport = new Mine(loop);
  transport.protocol = protocol;
  return { transport, reports };
}

describe('the limits', () => {
  test('are 16 and 64 KiB by default', () => {
    expect(make().transport.getWriteBufferLimits()).toEqual([16384, 65536]);
  });

  test('follow from one another', () => {
    const { transport } = make();
    transport.setWriteBufferLimits({ high: 1024 });
    expect(transport.getWriteBufferLimits()).toEqual([256, 1024]);
    transport.setWriteBufferLimits({ low: 128 });
    expect(transport.getWriteBufferLimits()).toEqual([128, 512]);
    transport.setWriteBufferLimits(1024, 128);
    expect(transport.getWriteBufferLimits()).toEqual([128, 1024]);
    transport.setWriteBufferLimits();
    expect(transport.getWriteBufferLimits()).toEqual([16384, 65536]);
    transport.setWriteBufferLimits(0);
    expect(transport.getWriteBufferLimits()).toEqual([0, 0]);
  });

  test('must be in order, and not negative', () => {
    const { transport } = make();
    expect(() => transport.setWriteBufferLimits(0, 1)).toThrow(ValueError);
    expect(() => transport.setWriteBufferLimits(0, 1)).toThrow('high (0) must be >= low (1) must be >= 0');
    expect(() => transport.setWriteBufferLimits({ high: 1, low: -1 })).toThrow(
      'high (1) must be >= low (-1) must be >= 0',
    );
    expect(transport.getWriteBufferLimits()).toEqual([16384, 65536]);
  });

  test('that are lowered below what waits pause the protocol at once', () => {
    const protocol = new Told();
    const { transport } = make(protocol);
    transport.resize(1000);
    transport.setWriteBufferLimits(512);
    expect(protocol.told).toEqual(['pause']);
  });
});

test('the protocol is told once each time a mark is passed', () => {
  const protocol = new Told();
  const { transport } = make(protocol);
  transport.setWriteBufferLimits(100, 50);
  for (const size of [100, 101, 150, 51, 101, 50, 20, 101, 0]) transport.resize(size);
  expect(protocol.told).toEqual(['pause', 'resume', 'pause', 'resume']);
});

test('an error of the protocol is reported, and changes nothing', () => {
  class Bad extends Protocol {
    override pauseWriting(): void {
      throw new Error('no pause');
    }
    override resumeWriting(): void {
      throw new Error('no resume');
    }
  }
  const { transport, reports } = make(new Bad());
  transport.resize(70000);
  transport.resize(0);
  expect(reports.map(({ message }) => message)).toEqual([
    'protocol.pause_writing() failed',
    'protocol.resume_writing() failed',
  ]);
  expect(reports[0]).toMatchObject({
    transport,
    protocol: transport.protocol,
    exception: { message: 'no pause' },
  });
});

test('a KeyboardInterrupt is no error of the protocol', () => {
  class Interrupted extends Protocol {
    override pauseWriting(): void {
      throw new KeyboardInterrupt();
    }
  }
  const { transport, reports } = make(new Interrupted());
  expect(() => transport.resize(70000)).toThrow(KeyboardInterrupt);
  expect(reports).toEqual([]);
});
