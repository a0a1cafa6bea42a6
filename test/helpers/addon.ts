import { describe } from 'vitest';
import { addonAvailable, addonError } from '../../src/platform/addon.js';

if (!addonAvailable()) console.log(`suites on descriptors and sockets are left out: ${addonError()!.message}`);

/** `describe`, for suites that need descriptors: left out where there is no addon. */
export const describeWithAddon: ReturnType<typeof describe.skipIf> = describe.skipIf(!addonAvailable());
