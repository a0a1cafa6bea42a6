/*
 * Importing this file gives all loops TLS. Node's own TLS is loaded with the first context.
 */
import { registerTls } from '../base/network.js';
import { tlsProvider } from './provider.js';

registerTls(tlsProvider);
