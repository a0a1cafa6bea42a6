import { ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { builtin } from '../platform/builtin.js';

/** A signal's number, by number or by name. @throws ValueError if there is none. */
export function signalNumber(signal: number | string): number {
  if (typeof signal === 'number' && Number.isInteger(signal)) return signal;
  const found = (builtin('node:os').constants.signals as Record<string, number | undefined>)[signal];
  if (found === undefined)
    throw new ValueError(`signal must be a number or a name such as 'SIGTERM', not ${reprValue(signal)}`);
  return found;
}
