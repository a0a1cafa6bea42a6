/*
 * ESLint's own tester makes the tests of these. They are in one file because they share what is dear: the types of the library,
 * as TypeScript knows them.
 */
import { beforeAll } from 'vitest';
import './no-floating-coroutines.js';
import './no-swallowed-cancellation.js';
import './no-yield-without-star.js';
import { readTypes } from './support.js';

beforeAll(readTypes, 120_000);
