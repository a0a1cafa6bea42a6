/** Paths of the files that `npm pack` would take. */
export function packedFiles(): string[];
/** What is in the package and should not be, or is missing from it, a sentence each. */
export function complaints(files: readonly string[], required: readonly string[]): string[];
/** What the package has without a build. */
export const requiredSources: readonly string[];
