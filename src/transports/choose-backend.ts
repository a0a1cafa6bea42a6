import { ValueError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { requireHosted } from '../duplex/hosted-only.js';
import { addonAvailable } from '../platform/addon.js';
import { environment } from '../platform/host.js';
import type { Backend } from './backend.js';
import { nodeBackend } from './node-backend.js';
import { selectorBackend } from './selector-backend.js';

/**
 * Which kind of network to use: sockets of our own where there is an addon to make them with, else Node's. The environment
 * may say which: `TSYNCIO_TRANSPORT` is `selector` or `node`.
 *
 * @throws ValueError for any other value; RuntimeError if it is Node's and the loop blocks.
 */
export function backendOf(loop: Loop): Backend {
  const wanted = environment('TSYNCIO_TRANSPORT') ?? '';
  if (!['', 'selector', 'node'].includes(wanted)) {
    throw new ValueError(`TSYNCIO_TRANSPORT must be 'selector' or 'node', got '${wanted}'`);
  }
  if (wanted === 'selector' || (wanted === '' && addonAvailable())) return selectorBackend;
  requireHosted(loop, "the network over Node's own sockets");
  return nodeBackend;
}
