import { beforeEach, describe, expect, it, vi } from 'vitest';

/** The file by itself, as whoever imports single files of the package gets it. */
describe('a loop without what lies above it', () => {
  beforeEach(() => {
    vi.resetModules();
  });

  it.each([
    ['network', "this loop has no network: import 'tsyncio', and not single files of it"],
    ['processes', "this loop has no processes: import 'tsyncio', and not single files of it"],
  ] as const)('says that it has no %s', async (name, text) => {
    const slots = await import('../../src/base/network.js');
    expect(() => slots[name]()).toThrow(text);
  });

  it('gives what was registered', async () => {
    const { network, processes, registerNetwork, registerProcesses } =
      await import('../../src/base/network.js');
    const [one, other] = [{}, {}];
    registerNetwork(one);
    registerProcesses(other);
    expect(network()).toBe(one);
    expect(processes()).toBe(other);
  });
});
