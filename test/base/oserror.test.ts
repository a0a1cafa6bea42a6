import { describe, expect, test } from 'vitest';
import * as errors from '../../src/base/errors.js';
import { errnoOf } from '../../src/base/errno.js';
import { osError, osErrorFromNode } from '../../src/base/oserror.js';

describe('osError', () => {
  test.each([
    ['EAGAIN', errors.BlockingIOError],
    ['EALREADY', errors.BlockingIOError],
    ['EINPROGRESS', errors.BlockingIOError],
    ['EPIPE', errors.BrokenPipeError],
    ['ESHUTDOWN', errors.BrokenPipeError],
    ['ECHILD', errors.ChildProcessError],
    ['ECONNABORTED', errors.ConnectionAbortedError],
    ['ECONNREFUSED', errors.ConnectionRefusedError],
    ['ECONNRESET', errors.ConnectionResetError],
    ['EEXIST', errors.FileExistsError],
    ['ENOENT', errors.FileNotFoundError],
    ['EINTR', errors.InterruptedError],
    ['EISDIR', errors.IsADirectoryError],
    ['ENOTDIR', errors.NotADirectoryError],
    ['EACCES', errors.PermissionError],
    ['EPERM', errors.PermissionError],
    ['ESRCH', errors.ProcessLookupError],
    ['ETIMEDOUT', errors.TimeoutError],
    ['EBADF', errors.OSError],
  ])('gives %s its class', (code, cls) => {
    const error = osError({ errno: -errnoOf(code), syscall: 'read' });
    expect(Object.getPrototypeOf(error)).toBe(cls.prototype);
    expect(error).toMatchObject({ errno: errnoOf(code), code, syscall: 'read', message: `read ${code}` });
  });

  test('words it as Node does, with host and port', () => {
    const error = osError({ errno: 111, syscall: 'connect', address: '127.0.0.1', port: 9 });
    expect(error.message).toBe('connect ECONNREFUSED 127.0.0.1:9');
    expect(error).toMatchObject({
      errno: 111,
      strerror: 'Connection refused',
      address: '127.0.0.1',
      port: 9,
    });
    expect(String(error)).toBe('ConnectionRefusedError: connect ECONNREFUSED 127.0.0.1:9');
  });

  test('words it as Node does, with a path', () => {
    expect(osError({ errno: 2, syscall: 'connect', address: '/tmp/x' }).message).toBe(
      'connect ENOENT /tmp/x',
    );
    expect(osError({ errno: 2, syscall: 'unlink', path: '/tmp/x' })).toMatchObject({
      message: "unlink ENOENT '/tmp/x'",
      path: '/tmp/x',
    });
  });

  test('has a text for a number without a name', () => {
    const error = osError({ errno: 4000, syscall: 'read' });
    expect(error.message).toBe('read Unknown error 4000');
    expect(error.code).toBeUndefined();
  });
});

describe('osErrorFromNode', () => {
  function nodeError(fields: object, message = 'connect ECONNREFUSED 127.0.0.1:9'): Error {
    return Object.assign(new Error(message), fields);
  }

  test('keeps text and fields, takes the class by the code, and has the original as cause', () => {
    const node = nodeError({
      errno: -111,
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: '127.0.0.1',
      port: 9,
    });
    const error = osErrorFromNode(node);
    expect(error).toBeInstanceOf(errors.ConnectionRefusedError);
    expect(error.message).toBe(node.message);
    expect(error).toMatchObject({
      errno: 111,
      strerror: 'Connection refused',
      code: 'ECONNREFUSED',
      port: 9,
    });
    expect(error.cause).toBe(node);
  });

  test('finds the number by the code where Node gives none', () => {
    expect(osErrorFromNode(nodeError({ code: 'EPIPE' }))).toMatchObject({ errno: 32, code: 'EPIPE' });
  });

  test("leaves Node's own codes without a number", () => {
    const error = osErrorFromNode(nodeError({ errno: -3008, code: 'ENOTFOUND' }));
    expect(Object.getPrototypeOf(error)).toBe(errors.OSError.prototype);
    expect(error.errno).toBeNull();
    expect(error.code).toBe('ENOTFOUND');
  });

  test('takes the number where there is no code', () => {
    expect(osErrorFromNode(nodeError({ errno: -104 })).errno).toBe(104);
  });

  test('gives back what is an OSError already', () => {
    const error = new errors.BrokenPipeError('x');
    expect(osErrorFromNode(error)).toBe(error);
  });
});
