import { ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { SIGNAL_NUMBERS } from '../platform/signals.js';

/** A signal's number, by number or by name. @throws ValueError if there is none. */
export function signalNumber(signal: number | string): number {
  if (typeof signal === 'number' && Number.isInteger(signal)) return signal;
  const found = SIGNAL_NUMBERS[signal];
  if (found !== undefined) return found;
  throw new ValueError(`signal must be a number or a name such as 'SIGTERM', not ${reprValue(signal)}`);
}
