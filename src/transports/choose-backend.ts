import { ValueError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { requireHosted } from '../duplex/hosted-only.js';
import { addonAvailable } from '../platform/addon.js';
import { environment } from '../platform/host.js';
import type { Backend } from './backend.js';
import { nodeBackend } from './node-backend.js';
import { selectorBackend } from './selector-backend.js';

/**
 * Whether descriptors are Node's business, and not the loop's: where there is no addon, and where the environment says so
 * (`TSYNCIO_TRANSPORT` is `selector` or `node`).
 *
 * @throws ValueError for any other value.
 */
export function usesNode(): boolean {
  const wanted = environment('TSYNCIO_TRANSPORT') ?? '';
  if (!['', 'selector', 'node'].includes(wanted)) {
    throw new ValueError(`TSYNCIO_TRANSPORT must be 'selector' or 'node', got '${wanted}'`);
  }
  return wanted === 'node' || (wanted === '' && !addonAvailable());
}

/**
 * Which kind of network to use: sockets of our own, or Node's.
 *
 * @throws ValueError as {@link usesNode} does; RuntimeError if it is Node's and the loop blocks.
 */
export function backendOf(loop: Loop): Backend {
  if (!usesNode()) return selectorBackend;
  requireHosted(loop, "the network over Node's own sockets");
  return nodeBackend;
}
