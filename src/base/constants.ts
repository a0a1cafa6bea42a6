/*
 * Every number that was chosen and not computed, with the reason for it.
 */

/** Slots that a ring buffer starts with: enough for the ready queue of a quiet loop. */
export const RING_BUFFER_MIN_CAPACITY = 16;

/**
 * Slots (64 KiB) above which a ring buffer gives memory back when it runs nearly empty. Below it, a queue that goes up
 * and down every round is left alone: growing again costs up to 30 ns an item.
 */
export const RING_BUFFER_RETAINED_CAPACITY = 8192;

/** Timers that must be set before the share of cancelled ones is looked at. Python: `_MIN_SCHEDULED_TIMER_HANDLES`. */
export const MIN_SCHEDULED_TIMER_HANDLES = 100;

/**
 * Share of cancelled timers above which all of them are dropped and the heap is built anew.
 * Python: `_MIN_CANCELLED_TIMER_HANDLES_FRACTION`.
 */
export const MIN_CANCELLED_TIMER_HANDLES_FRACTION = 0.5;

/** Errors of one group that are printed; of the others, the number is. Python: `TracebackException(max_group_width)`. */
export const MAX_PRINTED_GROUP_WIDTH = 15;

/** Groups inside of groups that are printed. Python: `TracebackException(max_group_depth)`. */
export const MAX_PRINTED_GROUP_DEPTH = 10;

/** select() waits at most a day, in seconds: some systems take no longer time. CPython has the same. */
export const MAXIMUM_SELECT_TIMEOUT: number = 24 * 3600;

/**
 * How long, in seconds, a hosted loop that is busy keeps Node from having its turn. A turn costs Node a few
 * microseconds, so one every millisecond costs well below a percent; and whoever waits in Node for a timer or a socket
 * of its own waits a millisecond longer at most, or as long as the longest step.
 */
export const HOSTED_BURST = 0.001;

/** So many callbacks at most are run between two looks at the clock that ends a burst: a look costs as much as a callback. */
export const HOSTED_BURST_CHECK = 64;

/** Seconds that `run` waits for the threads of its default executor. CPython has the same. */
export const THREAD_JOIN_TIMEOUT = 300;

/** Bytes that may wait in a transport before its protocol is told to pause. Python: 64 KiB, as here. */
export const DEFAULT_HIGH_WATER: number = 64 * 1024;

/** Writes to a lost connection that are dropped in silence, before each is warned of. CPython has the same. */
export const LOG_THRESHOLD_FOR_CONNLOST_WRITES = 5;

/** Seconds until a server that ran out of descriptors tries again to accept. CPython has the same. */
export const ACCEPT_RETRY_DELAY = 1;

/** Bytes of a file that are read at once where sendfile(2) cannot be used on a socket. CPython has the same. */
export const SENDFILE_FALLBACK_READBUFFER_SIZE: number = 256 * 1024;

/** The same for a transport, whose buffer should not overflow. CPython has the same. */
export const SENDFILE_TRANSPORT_BUFFER_SIZE: number = 16 * 1024;

/** What a stream's reader takes in is limited to this many bytes, if it was not told otherwise. CPython has the same. */
export const DEFAULT_STREAM_LIMIT: number = 64 * 1024;

/** So many received pieces at a time are looked at, whether to make one of them. Each costs some 100 bytes of its own. */
export const MERGE_CHUNKS = 64;

/** Pieces below this size, in bytes on the average, are worth copying into one. */
export const MERGE_CHUNK_BYTES = 1024;

/** Seconds that a TLS handshake may take. CPython has the same. */
export const SSL_HANDSHAKE_TIMEOUT = 60;

/** Seconds that the orderly end of a TLS connection may take. CPython has the same. */
export const SSL_SHUTDOWN_TIMEOUT = 30;

/** Bytes that may wait in a TLS transport before its protocol is told to pause. CPython has the same. */
export const SSL_HIGH_WATER: number = 512 * 1024;
