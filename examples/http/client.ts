/*
 * An HTTP/1.1 client. A connection stays open for further requests; requests of several tasks at once are sent one after
 * the other without waiting for the responses (pipelining), which come in the same order.
 */
import {
  asyncWith,
  ConnectionError,
  type Coroutine,
  Lock,
  openConnection,
  type StreamReader,
  type StreamWriter,
  timeout,
} from 'tsyncio';
import { Body, type Content, isWhole, sendPieces } from './body.js';
import {
  type Fields,
  framing,
  HttpError,
  isLast,
  readFields,
  readLine,
  renderHead,
  setFields,
  TOKEN,
} from './messages.js';

export interface RequestOptions {
  /** `GET` if left out. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent with its length, or in chunks if it comes piece by piece. */
  body?: Content;
  /** Seconds for all of it; no limit if left out. */
  timeout?: number | null;
}

export interface ConnectOptions {
  /** Bytes of a line of a response's header. */
  maxLine?: number;
  /** Bytes of a response's body. */
  maxBody?: number;
}

/** A response, with all of its body. */
export class HttpResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: Fields;
  readonly body: Buffer;

  constructor(status: number, reason: string, headers: Fields, body: Buffer) {
    this.status = status;
    this.reason = reason;
    this.headers = headers;
    this.body = body;
  }

  text(): string {
    return this.body.toString();
  }

  json(): unknown {
    return JSON.parse(this.text()) as unknown;
  }
}

/** Send one request to `url`, over a connection of its own. */
export function* request(
  url: string | URL,
  options: RequestOptions & ConnectOptions = {},
): Coroutine<HttpResponse> {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  if (protocol !== 'http:') throw new TypeError(`only http: is spoken here: ${url.toString()}`);
  return yield* asyncWith(timeout(options.timeout ?? null), function* () {
    // An IPv6 address stands in brackets in a URL, and without them elsewhere.
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const connection = yield* HttpConnection.open(host, port === '' ? 80 : Number(port), options);
    return yield* asyncWith(connection, function* () {
      const headers = { Connection: 'close', ...options.headers };
      return yield* connection.request(pathname + search, { ...options, headers });
    });
  });
}

/** A connection to one server, for as many requests as it takes. Use it with asyncWith. */
export class HttpConnection {
  private readonly _reader: StreamReader;
  private readonly _writer: StreamWriter;
  private readonly _host: string;
  private readonly _maxBody: number;
  private readonly _sending: Lock = new Lock();
  private readonly _receiving: Lock = new Lock();
  private _closed: boolean = false;

  constructor(reader: StreamReader, writer: StreamWriter, host: string, maxBody: number) {
    this._reader = reader;
    this._writer = writer;
    this._host = host;
    this._maxBody = maxBody;
  }

  static *open(host: string, port: number, options: ConnectOptions = {}): Coroutine<HttpConnection> {
    const { maxLine = 8192, maxBody = 16 * 1024 * 1024 } = options;
    const [reader, writer] = yield* openConnection(host, port, { limit: maxLine });
    const name = host.includes(':') ? `[${host}]` : host;
    return new HttpConnection(reader, writer, port === 80 ? name : `${name}:${port}`, maxBody);
  }

  /** Whether no more requests can be sent. */
  get closed(): boolean {
    return this._closed;
  }

  /**
   * Send a request, and wait for the response. A failure, or a timeout, ends the connection: what comes next on it
   * would be taken for the response to something else.
   */
  *request(target: string, options: RequestOptions = {}): Coroutine<HttpResponse> {
    const { method = 'GET', timeout: seconds = null } = options;
    try {
      return yield* asyncWith(
        timeout(seconds),
        function* () {
          // Both locks are fair, so responses are taken in the order of the requests.
          const failure = yield* asyncWith(this._sending, () => this._trySend(method, target, options));
          return yield* asyncWith(this._receiving, () => this._receive(method, failure));
        },
        this,
      );
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  /** Send. A server may refuse a request, and close, before it has read all of it: the response may say why. */
  private *_trySend(
    method: string,
    target: string,
    options: RequestOptions,
  ): Coroutine<ConnectionError | null> {
    if (this._closed) throw new ConnectionError('the connection is closed');
    try {
      yield* this._send(method, target, options);
      return null;
    } catch (error) {
      if (error instanceof ConnectionError) return error;
      throw error;
    }
  }

  private *_send(method: string, target: string, { headers = {}, body }: RequestOptions): Coroutine {
    if (!TOKEN.test(method)) throw new TypeError(`no method: ${JSON.stringify(method)}`);
    if (!/^[!-~]+$/.test(target)) throw new TypeError(`no target: ${JSON.stringify(target)}`);
    const fields: Fields = new Map([['host', this._host]]);
    setFields(fields, headers);
    const whole = body === undefined || isWhole(body);
    if (!whole) fields.set('transfer-encoding', 'chunked');
    else if (body !== undefined) fields.set('content-length', String(Buffer.byteLength(body)));
    this._writer.write(renderHead(`${method} ${target} HTTP/1.1`, fields));
    if (!whole) yield* sendPieces(body, true, (parts) => this._write(parts));
    else yield* this._write(body === undefined ? [] : [body]);
  }

  private *_write(parts: (string | Uint8Array)[]): Coroutine {
    this._writer.writelines(parts);
    yield* this._writer.drain();
  }

  private *_receive(method: string, failure: ConnectionError | null): Coroutine<HttpResponse> {
    for (;;) {
      const line = yield* readLine(this._reader, 400);
      if (line === null)
        throw failure ?? new ConnectionError('the server closed the connection before it answered');
      const parts = /^HTTP\/(1\.\d) (\d{3})(?: (.*))?$/.exec(line);
      if (parts === null) throw new HttpError(400, 'no status line');
      const [, version, code, reason = ''] = parts as unknown as [string, string, string, string?];
      const status = Number(code);
      const headers = yield* readFields(this._reader);
      // 100 Continue and its like come before the response.
      if (status < 200) continue;
      const delimited = framing(headers) ?? 'stream';
      const none = method === 'HEAD' || status === 204 || status === 304;
      const limits = { maxBody: this._maxBody, bodyTimeout: null };
      const body = yield* new Body(this._reader, none ? 0 : delimited, limits).all();
      if (isLast(version, headers) || (!none && delimited === 'stream')) this.close();
      return new HttpResponse(status, reason, headers, body);
    }
  }

  /** Send no more requests, and close. */
  close(): void {
    this._closed = true;
    this._writer.close();
  }

  /** Close at once, whatever is still to be sent. */
  abort(): void {
    this._closed = true;
    this._writer.transport.abort();
  }

  *aenter(): Coroutine<this> {
    return this;
  }

  *aexit(): Coroutine {
    this.abort();
  }
}
