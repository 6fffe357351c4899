/**
 * The public types. They follow wx.request and Taro.request where those say something; the comments say what is ours.
 * Times are in milliseconds, sizes in bytes.
 */

export type Method = 'OPTIONS' | 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'TRACE' | 'PATCH';

/** Field names in lower case; also readable in Title-Case. Repeated names are joined by ", " (set-cookie by ","). */
export type ResponseHeader = Record<string, string>;

/** Where a request was when it ended. */
export type Phase = 'queue' | 'resolve' | 'connect' | 'tls' | 'send' | 'headers' | 'body';

/** Why a request failed; stable words for programs. errMsg is `request:fail ${reason}` with more words after a colon at times. */
export type Reason =
  | 'abort'
  | 'timeout'
  | 'dns'
  | 'connect'
  | 'proxy'
  | 'tls'
  | 'certificate'
  | 'interrupted'
  | 'protocol'
  | 'redirect'
  | 'too large'
  | 'decode'
  | 'invalid url'
  | 'parameter error'
  | 'invalid data'
  | 'busy'
  | 'system';

export interface Timeouts {
  /** Name lookup, TCP, proxy and TLS. Default: no limit of its own. */
  connect?: number;
  /** From the request being sent to the headers. Default: none; 60000 with `enableChunked` and no total. */
  headers?: number;
  /** Silence while the request is sent or the body is read. Default: none; 60000 with `enableChunked` and no total. */
  idle?: number;
  /** The same as `timeout`, and wins over it. */
  total?: number;
}

export interface RequestOptions<T = any> extends ForeignOptions {
  url: string;
  /** Query of GET and HEAD, body of the rest; the contract's lines F-1 to F-10 say how it is encoded. */
  data?: unknown;
  header?: Record<string, unknown>;
  /** Alipay's name of `header`, which wins. */
  headers?: Record<string, unknown>;
  /** Default GET; in any case. */
  method?: Method | (string & {});
  /** The whole request to its last byte. Default 60000; none with `enableChunked`. */
  timeout?: number;
  /** Ours: a limit for each phase; the failure says which in `phase`. */
  timeouts?: Timeouts;
  /** 'json' (default) parses text that is JSON; anything else does not. */
  dataType?: string;
  responseType?: 'text' | 'arraybuffer' | (string & {});
  /** Chunk events instead of one body. */
  enableChunked?: boolean;
  /** Ours: chunk events carry `text`, never cut inside a character. */
  chunkText?: boolean;
  /** Ours: the body also comes with success. */
  chunkedKeepBody?: boolean;
  /** Ours: chunks kept for a listener that is not there yet. Default 1 MiB; then the socket is not read. */
  chunkBufferBytes?: number;
  /** 'manual' hands back the 3xx. Default 'follow'. */
  redirect?: 'follow' | 'manual' | (string & {});
  /** Ours: default 10. */
  maxRedirects?: number;
  /** Ours: follow a redirect from https to http. Default false. */
  allowDowngrade?: boolean;
  /** Ours: a larger body fails with 'too large'. Default: no limit. */
  maxBodyBytes?: number;
  /** Ours: a proxy for this request, "http://user:pw@host:port" or socks5(h)://; "" for none. */
  proxy?: string;
  /** `profile` in the result. Default true. */
  enableProfile?: boolean;
  /** Ours: acts as abort(). Any object of AbortSignal's shape. */
  signal?: AbortSignalLike | null;
  success?: (result: SuccessResult<T>) => void;
  fail?: (error: FailResult) => void;
  complete?: (result: SuccessResult<T> | FailResult) => void;
}

/**
 * Options of other platforms: accepted so that their code compiles and runs, without effect here, and warned of once. They
 * are named rather than left open, so that a misspelt option does not compile (and an interface such as Taro's is accepted).
 */
export interface ForeignOptions {
  backup?: unknown;
  cache?: unknown;
  credentials?: unknown;
  dataCheck?: unknown;
  defer?: unknown;
  enableCache?: unknown;
  enableCookie?: unknown;
  enableHttp2?: unknown;
  enableHttpDNS?: unknown;
  enableHttpDNSFallback?: unknown;
  enableQuic?: unknown;
  firstIpv4?: unknown;
  forceCellularNetwork?: unknown;
  httpDNSServiceId?: unknown;
  httpDNSTimeout?: unknown;
  jsonp?: unknown;
  jsonpCache?: unknown;
  mode?: unknown;
  referrerStrategy?: unknown;
  retryTimes?: unknown;
  sslVerify?: unknown;
  storeCheck?: unknown;
  storeCheckKey?: unknown;
  storeSign?: unknown;
  tls?: unknown;
  useHighPerformanceMode?: unknown;
  useStore?: unknown;
  withCredentials?: unknown;
}

/** What we need of an AbortSignal. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface SuccessResult<T = any> {
  data: T;
  statusCode: number;
  header: ResponseHeader;
  /** One string for each set-cookie line. */
  cookies: string[];
  errMsg: 'request:ok';
  profile?: Profile;
}

/** What `fail` gets and the promise rejects with: an Error whose fields below are own and enumerable. */
export interface FailResult extends Error {
  errMsg: string;
  errno: number;
  reason: Reason;
  phase?: Phase;
  statusCode?: number;
  header?: ResponseHeader;
  profile?: Profile;
}

/** wx's names, its spelling included. Times are ms since 1970. What cannot be measured is left out. */
export interface Profile {
  invokeStart: number;
  queueStart: number;
  queueEnd: number;
  redirectStart: number;
  redirectEnd: number;
  fetchStart: number;
  domainLookUpStart: number;
  domainLookUpEnd: number;
  connectStart: number;
  connectEnd: number;
  SSLconnectionStart: number;
  SSLconnectionEnd: number;
  requestStart: number;
  requestEnd: number;
  responseStart: number;
  responseEnd: number;
  throughputKbps?: number;
  peerIP?: string;
  port?: number;
  protocol: string;
  socketReused: boolean;
  sendBytesCount: number;
  receivedBytedCount: number;
}

export interface HeadersEvent {
  header: ResponseHeader;
  statusCode: number;
  cookies: string[];
  /** Ours, and not enumerable: where the answer came from, after redirects. */
  readonly url: string;
  /** Ours, and not enumerable: whether redirects were followed. */
  readonly redirected: boolean;
  /** Ours, and not enumerable: all lines as they came, "name\nvalue\nname\nvalue", bytes as Latin-1. */
  readonly head: string;
}

export interface ChunkEvent {
  data: ArrayBuffer;
  /**
   * With `chunkText`: the characters that these bytes complete, so "" when they only begin one. A body that ends inside a
   * character has one event more, with no bytes and the text U+FFFD.
   */
  text?: string;
}

export type Listener<E> = (event: E) => void;

/** A request under way. The methods are own, enumerable properties and need no `this`. */
export interface RequestTask<T = any> extends Promise<SuccessResult<T>> {
  /** Ends the request with `request:fail abort`. Calls `callback` first. Returns this task. */
  abort(callback?: () => void): RequestTask<T>;
  /** Returns a number that the matching off accepts too (0 if nothing was added). */
  onHeadersReceived(listener: Listener<HeadersEvent>): number;
  /** Without an argument: removes all. */
  offHeadersReceived(listener?: Listener<HeadersEvent> | number): void;
  onChunkReceived(listener: Listener<ChunkEvent>): number;
  offChunkReceived(listener?: Listener<ChunkEvent> | number): void;
  /** Ours: holds back all events, the end included (an abort still ends it), and in time the server. */
  pause(): RequestTask<T>;
  resume(): RequestTask<T>;
  /**
   * Ours: `for await (const { data, text } of task)`, with `enableChunked`. The server is slowed down to the speed of the
   * loop; leaving the loop early aborts; a failure is thrown in the loop. Once for each request, and not after its end.
   */
  [Symbol.asyncIterator](): AsyncIterator<ChunkEvent>;
}

/** For all requests made from then on. */
export interface ConfigureOptions {
  /** Requests running at once. Default 64. */
  maxConcurrent?: number;
  maxPerHost?: number;
  /** Requests waiting; one more fails with 'busy'. Default: no limit. */
  maxQueued?: number;
  /** Default of `timeout`. */
  timeout?: number;
  /** Fields added to every request that does not bring its own. */
  header?: Record<string, string>;
  userAgent?: string;
  /** "" for none. Default: none. */
  proxy?: string;
  /** Hosts reached without a proxy. */
  noProxy?: string;
  /** Take proxies from the environment. Default false. */
  envProxy?: boolean;
  /** Keep cookies in memory. Default false: as in mini programs, the app handles cookies. */
  cookies?: boolean;
  /** Trust the device's root certificates rather than those built in. Default false. */
  systemRoots?: boolean;
  /** More trusted certificates, in PEM. */
  rootsPem?: string | readonly string[];
  /**
   * A certificate to show to servers that ask for one, those between it and its root, and its private key, not encrypted: one PEM
   * text. Not shown after a redirect to another origin. "" for none. Default: none.
   */
  clientCertPem?: string;
  /**
   * Keys of which every TLS server must have one, also after redirects, besides a trusted certificate:
   * "sha256//BASE64;sha256//BASE64", as in curl. "" for none. Default: none.
   */
  pinnedKeys?: string;
  /** Refuse http. Default false. */
  httpsOnly?: boolean;
  /** 4 or 6: use only such addresses. Default 0: any. */
  ipFamily?: 0 | 4 | 6;
  /** Fixed answers of the name lookup: "host:443=10.0.0.1,[fd00::1]". */
  dnsOverride?: string | readonly string[];
  /** Connections kept open for reuse. Default 64. */
  idleConnections?: number;
  /** wx-strict mode: as wx does even where that helps nobody (drops `referer`). Default false. */
  strict?: boolean;
  /** Console warnings of options without effect and the like. Default true unless NODE_ENV is 'production'. */
  warnings?: boolean;
}

export interface Request {
  <T = any>(options: RequestOptions<T> | string): RequestTask<T>;
}

/** What createRequest returns. */
export interface Requester {
  request: Request;
  /**
   * Options that are not named keep what earlier calls set; undefined brings the default back. Requests made from then on use
   * new connections. Throws a TypeError that names the option at fault; then nothing has changed.
   */
  configure(options: ConfigureOptions): void;
  /**
   * Aborts what runs without further callbacks, and closes sockets: promises of requests under way stay pending, and loops
   * over their chunks wait for ever. Later requests open anew.
   */
  close(): void;
}
