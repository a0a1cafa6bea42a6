import type { Row } from './compare.mjs';

/** The page, as Markdown. */
export function page(rows: readonly Row[], reference: string): string;
