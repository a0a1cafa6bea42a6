/*
 * The asynchronous generators that a loop has begun to iterate, so that none is left half-way when the loop shuts down.
 */
import type { Coroutine } from '../base/awaitable.js';
import type { ExceptionContext } from '../base/loop.js';
import { warn } from '../platform/host.js';
import type { AsyncGeneratorCore } from '../tasks/async-generator.js';
import { gather, type Task } from '../tasks/index.js';

/** What this file needs of a loop. */
interface AsyncgenLoop {
  isClosed(): boolean;
  createTask(coro: Coroutine): Task<void>;
  callExceptionHandler(context: ExceptionContext): void;
}

/** Those of one loop. */
export class AsyncGenerators {
  private readonly _loop: AsyncgenLoop;
  private readonly _alive: Set<AsyncGeneratorCore> = new Set();
  private _shutdownCalled: boolean = false;

  constructor(loop: AsyncgenLoop) {
    this._loop = loop;
  }

  /** One is iterated for the first time. */
  begun(agen: object): void {
    const core = agen as AsyncGeneratorCore;
    if (this._shutdownCalled) {
      warn(
        `asynchronous generator ${core.toString()} was scheduled after loop.shutdown_asyncgens() call`,
        'ResourceWarning',
      );
    }
    this._alive.add(core);
    core.onClosed = () => {
      this._alive.delete(core);
    };
  }

  /** Nobody holds one any more: close it, in a task of its own. */
  abandoned(agen: object): void {
    const core = agen as AsyncGeneratorCore;
    if (!this._alive.delete(core) || this._loop.isClosed()) return;
    this._loop.createTask(core.aclose());
  }

  /** Close all. */
  *shutdown(): Coroutine {
    this._shutdownCalled = true;
    const closing = [...this._alive];
    this._alive.clear();
    if (closing.length === 0) return;
    const results = yield* gather(...closing.map((core) => core.aclose()), { returnExceptions: true });
    for (const [index, result] of results.entries()) {
      if (!(result instanceof Error)) continue;
      const asyncgen = closing[index]!;
      this._loop.callExceptionHandler({
        message: `an error occurred during closing of asynchronous generator ${asyncgen.toString()}`,
        exception: result,
        asyncgen,
      });
    }
  }
}
