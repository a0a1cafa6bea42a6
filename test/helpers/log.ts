import { onTestFinished } from 'vitest';
import { logger, type LogRecord } from '../../src/index.js';

/** What is logged from now on to the end of the test, in place of printing it. */
export function recordLog(): LogRecord[] {
  const records: LogRecord[] = [];
  const { handler } = logger;
  logger.handler = (record) => records.push(record);
  onTestFinished(() => {
    logger.handler = handler;
  });
  return records;
}
