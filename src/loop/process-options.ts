/*
 * The arguments of the loop's methods for pipes and processes, as users give them.
 */
import type { Readable, Writable } from '../platform/streams.js';
import type { HasFileno } from '../selectors/index.js';

/**
 * What has a descriptor: a socket, or a FileHandle of Node's. It is closed by its own `close()`, if it has that. See
 * {@link SelectorEventLoop.connectReadPipe} and {@link Stdio}.
 */
export type DescriptorHolder = HasFileno | { readonly fd: number };
/**
 * What {@link SelectorEventLoop.connectReadPipe} and {@link connectReader} can read from: a descriptor, what has one, or a
 * stream of Node's.
 */
export type ReadablePipe = number | DescriptorHolder | Readable;
/**
 * What {@link SelectorEventLoop.connectWritePipe} and {@link connectWriter} can write to: a descriptor, what has one, or a
 * stream of Node's.
 */
export type WritablePipe = number | DescriptorHolder | Writable;

/**
 * What a child's standard stream is, in {@link SubprocessOptions}: `subprocess.PIPE`, `subprocess.DEVNULL`, a descriptor,
 * what has one; `null` for this process's own.
 */
export type Stdio = number | DescriptorHolder | null;

/**
 * What a child process may be started with, by {@link SelectorEventLoop.subprocessExec}, {@link createSubprocessExec} and
 * their like. Python: the keywords of `subprocess.Popen`.
 */
export interface SubprocessOptions {
  /** What the child reads. If left out: a pipe with the loop's methods, this process's own with {@link createSubprocessExec}. */
  stdin?: Stdio | undefined;
  /** Where the child writes to. If left out, as `stdin`. */
  stdout?: Stdio | undefined;
  /** Where the child writes its errors to; `subprocess.STDOUT` for the same as `stdout`. If left out, as `stdin`. */
  stderr?: Stdio | undefined;
  /** The child's working directory; this process's, if left out. */
  cwd?: string | URL | null | undefined;
  /** All of the child's environment variables; this process's, if left out. */
  env?: Readonly<Record<string, string | undefined>> | null | undefined;
  /** What is executed, where `program` (or the shell) is but the name that the child is told. If left out, that itself. */
  executable?: string | null | undefined;
  /** Descriptors beyond 2 that the child gets, under the same numbers; none if left out. Python: `pass_fds`. */
  passFds?: Iterable<number> | undefined;
  /**
   * Begin a new session (setsid): signals of the terminal do not reach the child. `false` if left out. Python: `start_new_session`.
   */
  startNewSession?: boolean | undefined;
  /** The user, as a number, that the child runs as; this process's if left out. */
  user?: number | null | undefined;
  /** The group, as a number, that the child runs as; this process's if left out. */
  group?: number | null | undefined;
  /** Must be `false`: streams are of bytes. */
  universalNewlines?: false | undefined;
  /** Must be what the method says it is. */
  shell?: boolean | undefined;
  /** Must be 0, bytes: streams have buffers of their own. */
  bufsize?: 0 | undefined;
  /** Must be `null`: streams are of bytes. */
  encoding?: null | undefined;
  /** Must be `null`: streams are of bytes. */
  errors?: null | undefined;
  /** Must be `false`: streams are of bytes. */
  text?: false | null | undefined;
}
