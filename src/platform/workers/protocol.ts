/*
 * What a pool and its workers say to each other. Everything here can be cloned.
 */

/** A function as a worker can find it. The source of one is sent to each worker once. */
export interface FunctionReference {
  /** Tells it from all others. */
  readonly key: string;
  /** What it is called in messages. */
  readonly name: string;
  /** The module that exports it. */
  readonly module?: string;
  /** Its source. */
  readonly source?: string;
}

/** An error, or whatever else was thrown, as it travels. */
export interface EncodedError {
  /** The names of its classes, its own first; none for a value that is no error. */
  readonly classes: readonly string[];
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: EncodedError | undefined;
  /** The errors of a group. */
  readonly errors?: readonly EncodedError[] | undefined;
  /** Its other fields, as far as they can be cloned; `value` is what was thrown that is no error. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A loop lent to a call, in place of the argument of this number. */
export interface LentLoop {
  readonly index: number;
  readonly token: number;
}

/** A pool's orders. */
export type ToWorker =
  | {
      readonly kind: 'init' | 'call';
      readonly id: number;
      readonly fn: FunctionReference;
      /** For a chunk: the arguments of one call after the other. */
      readonly args: readonly unknown[];
      readonly chunk: boolean;
      readonly loops: readonly LentLoop[];
      /** Names and values of context variables. */
      readonly context: readonly (readonly [string, unknown])[] | null;
    }
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly error: EncodedError | null;
      readonly value: unknown;
    }
  | { readonly kind: 'stop' };

/** A worker's answers. */
export type FromWorker =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown; readonly flushing: boolean }
  | { readonly kind: 'failed'; readonly id: number; readonly error: EncodedError; readonly flushing: boolean }
  /** What it printed is on its way now: it may be left alone. */
  | { readonly kind: 'flushed' }
  /** Call a function of a loop; `id` is null for one whose result nobody wants. */
  | {
      readonly kind: 'loop';
      readonly token: number;
      readonly name: string;
      readonly args: readonly unknown[];
      readonly id: number | null;
    }
  | { readonly kind: 'cancel'; readonly token: number; readonly id: number }
  /** Its last words. */
  | { readonly kind: 'dying'; readonly code: number; readonly error: EncodedError | null };

/** Why a worker is gone. */
export interface Death {
  /** A sentence's end: `exited with code 1`. */
  readonly how: string;
  /** What nobody caught in it. */
  readonly error: unknown;
}

/** Who has a worker. */
export interface WorkerOwner {
  /** It said something. */
  onMessage(message: FromWorker): void;
  /** It is gone, and says nothing any more. Called once. */
  onGone(death: Death): void;
}

/** A worker, whatever it is made of. */
export interface WorkerLink {
  /** The process it is, or null for a thread. */
  readonly pid: number | null;
  /** Throws what cannot be cloned. */
  post(message: ToWorker, transfer: readonly unknown[]): void;
  /** Keep the process alive for it, or not. */
  keepAlive(on: boolean): void;
  /** End it at once: what it does is lost. `signal` is for processes. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** How to make one. */
export interface WorkerSettings {
  readonly name: string;
  readonly resourceLimits?: Readonly<Record<string, number | undefined>> | undefined;
}
