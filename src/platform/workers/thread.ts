/*
 * A worker that is a thread. It talks over a port of its own, which a thread that blocks can read too.
 */
import { builtin } from '../builtin.js';
import { encodeError } from './encode-error.js';
import type { Death, FromWorker, ToWorker, WorkerLink, WorkerOwner, WorkerSettings } from './protocol.js';
import { serveThread, type ServedThread, signalMemory, unserveThread } from './signal.js';
import { LOAD, workerProgram } from './source.js';
import type { ThreadData } from './worker-main.js';

type Worker = InstanceType<(typeof import('node:worker_threads'))['Worker']>;
type MessagePort = InstanceType<(typeof import('node:worker_threads'))['MessagePort']>;

/** Start a thread. */
export function startThread(settings: WorkerSettings, owner: WorkerOwner): WorkerLink {
  return new ThreadLink(settings, owner);
}

class ThreadLink implements WorkerLink, ServedThread {
  readonly pid: null = null;
  private readonly _owner: WorkerOwner;
  private readonly _worker: Worker;
  private readonly _port: MessagePort;
  private readonly _inbox: Int32Array = new Int32Array(new SharedArrayBuffer(4));
  private _error: unknown = null;
  private _gone: boolean = false;

  constructor(settings: WorkerSettings, owner: WorkerOwner) {
    const threads = builtin('node:worker_threads');
    const { port1, port2 } = new threads.MessageChannel();
    const data: ThreadData = { port: port2, signal: signalMemory(), inbox: this._inbox };
    this._owner = owner;
    this._port = port1;
    this._worker = new threads.Worker(`(${workerProgram()})(${LOAD})`, {
      eval: true,
      name: settings.name,
      workerData: data,
      transferList: [port2],
      ...(settings.resourceLimits === undefined ? {} : { resourceLimits: settings.resourceLimits }),
    });
    this._worker.on('error', (error) => {
      this._error = error;
    });
    this._worker.on('exit', (code) => {
      this._exited(code);
    });
    port1.on('message', (message: FromWorker) => {
      this._receive(message, false);
    });
    port1.on('messageerror', (error) => {
      const unread = encodeError(new TypeError(`what was returned cannot be received: ${error.message}`));
      this._receive({ kind: 'failed', id: -1, error: unread, flushing: false }, false);
    });
    // The worker alone says whether the process lives on.
    port1.unref();
    serveThread(this);
  }

  post(message: ToWorker, transfer: readonly unknown[]): void {
    this._port.postMessage(message, transfer as never[]);
    Atomics.add(this._inbox, 0, 1);
    Atomics.notify(this._inbox, 0);
  }

  keepAlive(on: boolean): void {
    if (on) this._worker.ref();
    else this._worker.unref();
  }

  kill(): void {
    void this._worker.terminate();
  }

  /** Called while this thread blocks: the end of a worker is heard of by its last words alone. */
  drain(): boolean {
    const { receiveMessageOnPort } = builtin('node:worker_threads');
    let any = false;
    for (;;) {
      const received = receiveMessageOnPort(this._port) as { message: FromWorker } | undefined;
      if (received === undefined) return any;
      any = true;
      this._receive(received.message, true);
    }
  }

  private _receive(message: FromWorker, blocked: boolean): void {
    if (message.kind !== 'dying') this._owner.onMessage(message);
    else if (blocked) this._end({ how: `exited with code ${message.code}`, error: message.error });
  }

  private _exited(code: number): void {
    // What it sent last may still be in the port.
    this.drain();
    this._port.close();
    this._end({ how: `exited with code ${code}`, error: this._error });
    unserveThread(this);
  }

  private _end(death: Death): void {
    if (this._gone) return;
    this._gone = true;
    this._owner.onGone(death);
  }
}
