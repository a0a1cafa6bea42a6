import { afterEach, describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { addon } from '../../src/platform/addon.js';
import { DefaultSelector, EVENT_READ, EpollSelector, PollSelector } from '../../src/selectors/index.js';
import { closeAll, pair } from './support.js';

afterEach(closeAll);

describe('EpollSelector', () => {
  test('is the default selector', () => {
    expect(DefaultSelector).toBe(EpollSelector);
  });

  test('has a descriptor that is readable while something is ready', () => {
    using inner = new EpollSelector();
    using outer = new PollSelector();
    const [a, b] = pair();
    inner.register(a, EVENT_READ);
    outer.register(inner, EVENT_READ);
    expect(outer.select(0)).toEqual([]);
    b.write();
    expect(outer.select(0)).toHaveLength(1);
    a.read();
    expect(outer.select(0)).toEqual([]);
  });

  test('says so when it is used after close', () => {
    const selector = new EpollSelector();
    const [a] = pair();
    selector.close();
    const closed = new ValueError('I/O operation on closed epoll object');
    expect(() => selector.fileno()).toThrow(closed);
    expect(() => selector.register(a, EVENT_READ)).toThrow(closed);
    expect(() => selector.select(0)).toThrow(closed);
    expect(() => selector.unregister(a)).toThrow('is not registered');
  });

  test('passes on an error of the wait', () => {
    const selector = new EpollSelector();
    const [a] = pair();
    using other = new EpollSelector();
    // Somebody closed the descriptor behind its back, and it is something else now.
    const fd = selector.fileno();
    expect(other.fileno()).not.toBe(fd);
    addon().close(fd);
    expect(() => selector.select(0)).toThrow('epoll_wait EBADF');
    expect(() => selector.register(a, EVENT_READ)).toThrow('epoll_ctl EBADF');
    selector.close();
  });
});
