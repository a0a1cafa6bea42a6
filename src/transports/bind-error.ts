import type { OSError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { type Address, placeOf, reprAddress } from '../socket/address.js';

/** What a failed bind of a connection or a server says, with asyncio's text. */
export function bindError(error: OSError, address: Address): OSError {
  const { errno, strerror, message } = error;
  const why = errno === null ? message : `[errno ${errno}] ${strerror ?? ''}`;
  return osError({
    errno: errno ?? 0,
    syscall: 'bind',
    ...placeOf(address),
    message: `error while attempting to bind on address ${reprAddress(address)}: ${why.toLowerCase()}`,
    cause: error,
  });
}
