/*
 * Pipes for tests, and protocols that remember.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, constants, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  BaseProtocol,
  type BaseTransport,
  Protocol,
  type ReadTransport,
  type WriteTransport,
} from '../../src/index.js';

/** The path of a new FIFO, which goes with the test. */
export function fifo(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tsyncio-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'fifo');
  spawnSync('mkfifo', [path]);
  return path;
}

/** Both ends of a new pipe, to read from and to write to. */
export function pipe(): [reader: number, writer: number] {
  const path = fifo();
  // Without a reader a FIFO cannot be opened for writing without waiting for one.
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return [reader, openSync(path, constants.O_WRONLY)];
}

/** Remembers what it read. */
export class Reader extends Protocol {
  readonly events: string[] = [];
  transport!: ReadTransport;
  data: string = '';
  lost: boolean = false;

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as ReadTransport;
    this.events.push('made');
  }

  override dataReceived(data: Buffer): void {
    this.data += String(data);
    if (this.events.at(-1) !== 'data') this.events.push('data');
  }

  override eofReceived(): unknown {
    this.events.push('eof');
    return true;
  }

  override connectionLost(exc: Error | null): void {
    this.lost = true;
    this.events.push(exc === null ? 'lost' : `lost: ${exc.name}`);
  }
}

/** Remembers what became of what it wrote. */
export class Writer extends BaseProtocol {
  readonly events: string[] = [];
  transport!: WriteTransport;
  lost: boolean = false;

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as WriteTransport;
    this.events.push('made');
  }

  override pauseWriting(): void {
    this.events.push('pause');
  }

  override resumeWriting(): void {
    this.events.push('resume');
  }

  override connectionLost(exc: Error | null): void {
    this.lost = true;
    this.events.push(exc === null ? 'lost' : `lost: ${exc.name}`);
  }
}

/** How a descriptor becomes a transport: by the loop's selector, or as one of Node's streams. */
export const backends = ['selector', 'node'] as const;

/** Have this test use one of them. */
export function useBackend(backend: (typeof backends)[number]): void {
  const before = process.env.TSYNCIO_TRANSPORT;
  process.env.TSYNCIO_TRANSPORT = backend;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TSYNCIO_TRANSPORT;
    else process.env.TSYNCIO_TRANSPORT = before;
  });
}
