import { addonError } from '../../src/platform/addon.js';

const missing = addonError();

/** There is no addon: suites on descriptors and sockets are left out (`describe.skipIf(noAddon)`), and this says why. */
export const noAddon: boolean = missing !== null;
if (missing !== null) console.log(`suites on descriptors and sockets are left out: ${missing.message}`);
