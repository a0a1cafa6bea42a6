import { addonAvailable } from '../platform/addon.js';
/** placeholder */
export function usesNode(): boolean { return !addonAvailable(); }
