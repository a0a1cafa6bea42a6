// Prints every test that was skipped, with the reason it gave: a test that does not run must say so.

export default class SkipsReporter {
  #excluded;

  /** @param {{ excluded?: string }} options - what the settings leave out, and why. */
  constructor({ excluded } = {}) {
    this.#excluded = excluded;
  }

  onTestRunEnd(modules) {
    const reasons = new Map();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const reason = test.result().note ?? 'no reason given';
        const key = `${module.relativeModuleId}: ${reason}`;
        reasons.set(key, [...(reasons.get(key) ?? []), test.fullName]);
      }
    }
    if (this.#excluded) console.log(`skipped  ${this.#excluded}`);
    for (const [key, names] of reasons) {
      const what = names.length === 1 ? names[0] : `${names.length} tests`;
      console.log(`skipped  ${what}  (${key})`);
    }
  }
}
