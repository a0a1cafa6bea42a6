/*
 * An HTTP/1.1 server: one coroutine for each connection, which reads a request, has it handled, sends the response, and
 * goes on to the next, so that requests sent ahead (pipelining) are answered in their order.
 *
 * An HttpError of a handler is answered with its status; any other error of a handler is reported and answered with 500.
 * A request that cannot be read is answered too, and is the last one: it is not certain where the next would begin.
 */
import {
  asyncWith,
  ConnectionError,
  type Coroutine,
  getRunningLoop,
  isException,
  type Server,
  startServer,
  type StreamReader,
  type StreamWriter,
  timeout,
  TimeoutError,
} from 'tsyncio';
import { Body, type BodyLimits, closePieces, type Content, isWhole, sendPieces } from './body.js';
import {
  type Fields,
  framing,
  HttpError,
  isLast,
  readFields,
  readLine,
  renderHead,
  setFields,
} from './messages.js';
import { REASONS } from './reasons.js';

export interface Request {
  readonly method: string;
  /** What was asked for, as it came: `/path?query`, or a whole URL, or `*`. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** `1.0` or `1.1`. */
  readonly version: string;
  readonly headers: Fields;
  /** What is not read of it is skipped. */
  readonly body: Body;
}

export interface Response {
  /** 200 if left out. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  body?: Content;
}

export type Handler = (request: Request) => Coroutine<Response>;

export interface HttpLimits extends BodyLimits {
  /** Bytes of the request line (414 beyond), and of each header field (431). */
  maxLine: number;
  /** Seconds to wait for the next request of a connection; it is closed then. */
  idleTimeout: number;
  /** Seconds from the beginning of a connection, or of a header, to its end; 408 beyond. */
  headTimeout: number;
  /** Seconds in which the client must have read something; it is dropped beyond. */
  writeTimeout: number;
}

const LIMITS: HttpLimits = {
  maxLine: 8192,
  maxBody: 1024 * 1024,
  idleTimeout: 5,
  headTimeout: 10,
  bodyTimeout: 30,
  writeTimeout: 30,
};

/** What a client may still send after its connection has ended, so that it gets to read the response. */
const LINGER = { bytes: 1024 * 1024, seconds: 2 };

/** Listen, and have `handler` answer every request. */
export function serveHttp(
  handler: Handler,
  host: string,
  port: number,
  limits: Partial<HttpLimits> = {},
): Coroutine<Server> {
  const all = { ...LIMITS, ...limits };
  return startServer((reader, writer) => new Connection(reader, writer, handler, all).serve(), host, port, {
    limit: all.maxLine,
  });
}

/** A response with `value` as JSON. */
export function json(value: unknown, status = 200): Response {
  return { status, headers: { 'Content-Type': 'application/json' }, body: `${JSON.stringify(value)}\n` };
}

/** The response that says what was wrong. */
function explain({ status, message, fields }: HttpError): Response {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', ...fields };
  return { status, headers, body: `${status} ${REASONS[status] ?? ''}: ${message}\n` };
}

class Connection {
  private readonly _reader: StreamReader;
  private readonly _writer: StreamWriter;
  private readonly _handler: Handler;
  private readonly _limits: HttpLimits;
  /** The response has begun: another one can't be sent any more. */
  private _answering: boolean = false;

  constructor(reader: StreamReader, writer: StreamWriter, handler: Handler, limits: HttpLimits) {
    this._reader = reader;
    this._writer = writer;
    this._handler = handler;
    this._limits = limits;
  }

  *serve(): Coroutine {
    try {
      let first = true;
      while (yield* this._serveNext(first)) first = false;
      yield* this._linger();
    } catch (error) {
      // The client has gone, or does not read. Anything else is reported by the server.
      if (!(error instanceof ConnectionError || error instanceof TimeoutError)) throw error;
      this._writer.transport.abort();
    } finally {
      this._writer.close();
    }
  }

  /** One request and its response. Returns whether there may be another one. */
  private *_serveNext(first: boolean): Coroutine<boolean> {
    this._answering = false;
    let method = '';
    try {
      const line = yield* this._requestLine(first);
      if (line === null) return false;
      const request = yield* this._request(line);
      ({ method } = request);
      const response = yield* this._handle(request);
      const { body } = request;
      // A client that still waits to be told to send its body may send it, or may not.
      const unclear = body.failed || (!body.ended && body.onFirstRead !== null);
      const last = yield* this._respond(
        request,
        response,
        isLast(request.version, request.headers) || unclear,
      );
      // What the handler has left of the body is in the way of the next request.
      if (!last) yield* body.skip();
      return !last;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (!this._answering) yield* this._respond({ method, version: '1.1' }, explain(error), true);
      return false;
    }
  }

  private *_handle(request: Request): Coroutine<Response> {
    try {
      return yield* this._handler(request);
    } catch (error) {
      // Neither a cancellation, nor the client's end, nor a body that can't be read is the handler's fault.
      if (!isException(error) || this._reader.exception() !== null || request.body.failed) throw error;
      if (error instanceof HttpError) return explain(error);
      getRunningLoop().callExceptionHandler({
        message: `Unhandled error in the handler of ${request.method} ${request.target}`,
        exception: error,
        peername: this._writer.getExtraInfo('peername'),
      });
      return explain(new HttpError(500, 'something went wrong here'));
    }
  }

  /** The first line of a request; `null` where none came. */
  private *_requestLine(first: boolean): Coroutine<string | null> {
    const { headTimeout, idleTimeout } = this._limits;
    try {
      return yield* asyncWith(
        timeout(first ? headTimeout : idleTimeout),
        function* () {
          const line = yield* readLine(this._reader, 414);
          // Some clients send an empty line too many after a body.
          return line === '' ? yield* readLine(this._reader, 414) : line;
        },
        this,
      );
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      if (first) throw new HttpError(408, 'no request came in time');
      return null;
    }
  }

  private *_request(line: string): Coroutine<Request> {
    const parts = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^ ]+) HTTP\/(\d\.\d)$/.exec(line);
    if (parts === null) throw new HttpError(400, 'no request line');
    const [, method, target, version] = parts as unknown as [string, string, string, string];
    if (!version.startsWith('1.')) throw new HttpError(505, `no such version here: ${version}`);
    const headers = yield* this._fields();
    const host = headers.get('host');
    if ((host === undefined && version !== '1.0') || host?.includes(',') === true) {
      throw new HttpError(400, 'not exactly one Host');
    }
    if (version === '1.0' && headers.has('transfer-encoding')) {
      throw new HttpError(400, 'HTTP/1.0 has no Transfer-Encoding');
    }
    const body = new Body(this._reader, framing(headers) ?? 0, this._limits);
    this._expect(headers, body, version);
    const [path, query] = split(target);
    return { method, target, path, query, version, headers, body };
  }

  private *_fields(): Coroutine<Fields> {
    try {
      return yield* asyncWith(timeout(this._limits.headTimeout), () => readFields(this._reader));
    } catch (error) {
      if (error instanceof TimeoutError) throw new HttpError(408, 'the header did not come in time');
      throw error;
    }
  }

  /** A client may wait until it is told that its body is wanted: whoever reads it first says so. */
  private _expect(headers: Fields, body: Body, version: string): void {
    const expected = headers.get('expect');
    if (expected === undefined || version === '1.0') return;
    if (expected.toLowerCase() !== '100-continue') throw new HttpError(417, `nobody does this: ${expected}`);
    body.onFirstRead = () => {
      body.onFirstRead = null;
      if (!this._answering) this._writer.write('HTTP/1.1 100 Continue\r\n\r\n');
    };
  }

  /** Send a response. Returns whether the connection ends with it. */
  private *_respond(
    { method, version }: Pick<Request, 'method' | 'version'>,
    { status = 200, headers = {}, body = '' }: Response,
    last: boolean,
  ): Coroutine<boolean> {
    const whole = isWhole(body);
    const chunked = !whole && version !== '1.0';
    const bodiless = status === 204 || status === 304;
    // A client that knows no chunks can see the end of a body without a length by the end of the connection only.
    const close = last || (!whole && !chunked);
    const fields: Fields = new Map([['date', new Date().toUTCString()]]);
    setFields(fields, headers);
    if (!bodiless && whole) fields.set('content-length', String(Buffer.byteLength(body)));
    if (!bodiless && chunked) fields.set('transfer-encoding', 'chunked');
    if (close) fields.set('connection', 'close');
    else if (version === '1.0') fields.set('connection', 'keep-alive');
    const head = renderHead(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}`, fields);

    this._answering = true;
    const silent = bodiless || method === 'HEAD';
    if (silent) {
      yield* this._send([head]);
      if (!whole) yield* closePieces(body);
    } else if (whole) yield* this._send([head, body]);
    else {
      this._writer.write(head);
      yield* sendPieces(body, chunked, (parts) => this._send(parts));
    }
    return close;
  }

  private *_send(parts: readonly (string | Uint8Array)[]): Coroutine {
    this._writer.writelines(parts);
    yield* asyncWith(timeout(this._limits.writeTimeout), () => this._writer.drain());
  }

  /**
   * Say that this was all, and let the client come to its end too. To close while it still sends would reset the
   * connection, and the client might never read the response.
   */
  private *_linger(): Coroutine {
    if (this._reader.atEof() || !this._writer.canWriteEof()) return;
    this._writer.writeEof();
    let left = LINGER.bytes;
    yield* asyncWith(
      timeout(LINGER.seconds),
      function* () {
        while (left > 0) {
          const piece = yield* this._reader.read(65536);
          if (piece.length === 0) return;
          left -= piece.length;
        }
      },
      this,
    );
  }
}

/** Path and query of a target. */
function split(target: string): [path: string, query: URLSearchParams] {
  // Proxies are sent whole URLs, and every server has to take them.
  const local = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = local.indexOf('?');
  const path = mark === -1 ? local : local.slice(0, mark);
  return [path === '' ? '/' : path, new URLSearchParams(mark === -1 ? '' : local.slice(mark + 1))];
}
