/*
 * The library's log. Python: the logger named `asyncio`, which without any set-up prints warnings and errors to stderr.
 */

/** How bad a {@link LogRecord} is. Python: the levels of `logging`. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** One entry of the {@link logger}. Python: `logging.LogRecord`. */
export interface LogRecord {
  /** How bad it is. */
  readonly level: LogLevel;
  /** The text, of one line or of several. */
  readonly message: string;
  /** The error that it is about, with its stack; there is none in most. Python: `exc_info`. */
  readonly error?: unknown;
}

/**
 * Takes the records of the {@link logger}: its `handler`. It is called at once, whatever the level. Python: `logging.Handler.emit`.
 */
export type LogHandler = (record: LogRecord) => void;

/** Warnings and errors go to standard error, all else nowhere. */
function printIt({ level, message, error }: LogRecord): void {
  if (level !== 'warning' && level !== 'error') return;
  if (error === undefined) console.error(message);
  else console.error(`${message}\n`, error);
}

/**
 * The library's log. Assign `logger.handler` to send it to the log of your program.
 *
 * Python: `logging.getLogger('asyncio')`.
 *
 * Until a handler is assigned, warnings and errors go to standard error, and the rest nowhere.
 *
 * @example
 * ```ts
 * import { logger } from 'tsyncio';
 *
 * logger.handler = ({ level, message }) => console.log(`[${level}] ${message}`);
 * logger.info('at your service');
 * logger.error('it failed', new Error('no'));
 * // [info] at your service
 * // [error] it failed
 * ```
 */
export const logger: {
  /** Takes all records. */
  handler: LogHandler;
  /** For whoever looks for a mistake. */
  debug(message: string): void;
  /** Nothing to worry about. */
  info(message: string): void;
  /** Something is odd. */
  warning(message: string): void;
  /** Something failed, and nobody else will say so. */
  error(message: string, error?: unknown): void;
} = {
  handler: printIt,
  debug(message) {
    this.handler({ level: 'debug', message });
  },
  info(message) {
    this.handler({ level: 'info', message });
  },
  warning(message) {
    this.handler({ level: 'warning', message });
  },
  error(message, error) {
    this.handler(error === undefined ? { level: 'error', message } : { level: 'error', message, error });
  },
};
