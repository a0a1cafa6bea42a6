/*
 * The load: so many connections, on each of them one message under way at a time. A message is sent, its echo awaited,
 * and the next one sent.
 *
 *     load PORT PID SERVER_CORE CORE CONNECTIONS BYTES WARMUP SECONDS
 *
 * runs on CORE, and prints one line of JSON: how many messages came back in SECONDS after WARMUP, the time that the median
 * and the 99th of a hundred took, and the CPU time that the process PID used meanwhile, all of its threads, per message.
 * Times are in microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, ROOM = 256 * 1024 };

struct connection {
  int fd;
  int events;
  size_t unsent;
  size_t missing;
  uint64_t began;
};

static size_t message_bytes;
static char *message;
/* No new messages: those under way come back, and that is it. */
static bool ending;
static int under_way;
static char room[ROOM];
static int epfd;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec t;
  if (clock_gettime(clock, &t) < 0) fail("clock_gettime");
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/*
 * Times are counted in slots, 64 to each power of two: a slot is at most 1.6 % wide, and a count costs nothing worth
 * mentioning.
 */
enum { STEPS = 64, SLOTS = 64 * STEPS };
static uint64_t counts[SLOTS];

static unsigned slot_of(uint64_t t) {
  if (t < STEPS) return (unsigned)t;
  unsigned power = 63 - (unsigned)__builtin_clzll(t);
  return (power - 5) * STEPS + (unsigned)((t >> (power - 6)) & (STEPS - 1));
}

static double slot_time(unsigned slot) {
  if (slot < STEPS) return slot;
  unsigned power = slot / STEPS + 5;
  return ((double)(slot % STEPS) + STEPS + 0.5) * (double)(1ull << (power - 6));
}

static double percentile(uint64_t total, double part) {
  uint64_t rank = (uint64_t)((double)total * part), seen = 0;
  for (unsigned i = 0; i < SLOTS; i++) {
    seen += counts[i];
    if (seen > rank) return slot_time(i) / 1000;
  }
  return 0;
}

static void watch(struct connection *c, int op, int events) {
  struct epoll_event event = {.events = (uint32_t)events, .data.ptr = c};
  c->events = events;
  if (epoll_ctl(epfd, op, c->fd, &event) < 0) fail("epoll_ctl");
}

static void send_rest(struct connection *c) {
  ssize_t sent = send(c->fd, message + message_bytes - c->unsent, c->unsent, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) fail("send");
  if (sent > 0) c->unsent -= (size_t)sent;
  int wanted = c->unsent > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN;
  if (wanted != c->events) watch(c, EPOLL_CTL_MOD, wanted);
}

static void begin(struct connection *c, uint64_t now) {
  c->unsent = c->missing = message_bytes;
  c->began = now;
  under_way++;
  send_rest(c);
}

static void open_connection(struct connection *c, const struct sockaddr_in *address) {
  int one = 1;
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd < 0) fail("socket");
  if (connect(c->fd, (const struct sockaddr *)address, sizeof *address) < 0) fail("connect");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  watch(c, EPOLL_CTL_ADD, EPOLLIN);
}

/* How many messages came back until `end`. */
static uint64_t run_until(uint64_t end) {
  struct epoll_event events[EVENTS];
  uint64_t answered = 0;
  for (;;) {
    uint64_t now = nanoseconds(CLOCK_MONOTONIC);
    if (now >= end) return answered;
    int ready = epoll_wait(epfd, events, EVENTS, (int)((end - now) / 1000000) + 1);
    if (ready < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if ((events[i].events & EPOLLOUT) != 0 && c->unsent > 0) send_rest(c);
      if ((events[i].events & ~(uint32_t)EPOLLOUT) == 0) continue;
      ssize_t got = recv(c->fd, room, ROOM, MSG_DONTWAIT);
      if (got < 0 && errno == EAGAIN) continue;
      if (got <= 0 || (size_t)got > c->missing) {
        fprintf(stderr, "load: the server ended the connection, or answered more than it was sent\n");
        exit(1);
      }
      c->missing -= (size_t)got;
      if (c->missing > 0) continue;
      now = nanoseconds(CLOCK_MONOTONIC);
      counts[slot_of(now - c->began)]++;
      answered++;
      under_way--;
      if (!ending) begin(c, now);
      else if (under_way == 0) return answered;
    }
  }
}

/* Leave no connection with bytes that nobody read: closing it would be an error to the server. */
static void finish(void) {
  ending = true;
  if (under_way > 0) run_until(nanoseconds(CLOCK_MONOTONIC) + 2000000000u);
}

static void run_on(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((size_t)core, &set);
  if (sched_setaffinity(0, sizeof set, &set) < 0) fail("sched_setaffinity");
}

/* The longest step of a clock that is asked for 10 ms on end. */
static uint64_t longest_step(void) {
  uint64_t last = nanoseconds(CLOCK_MONOTONIC), end = last + 10000000, longest = 0;
  while (last < end) {
    uint64_t now = nanoseconds(CLOCK_MONOTONIC);
    if (now - last > longest) longest = now - last;
    last = now;
  }
  return longest;
}

/*
 * Waits, a second at most, until nobody else takes time of the two cores. On a virtual machine that may be the
 * neighbours, and what they take is counted as CPU time of whoever was to run.
 */
static void wait_for_quiet(int server_core, int core) {
  struct timespec pause = {.tv_nsec = 100000000};
  for (int i = 0; i < 10; i++) {
    run_on(server_core);
    uint64_t longest = longest_step();
    run_on(core);
    if (longest < 1000000 && longest_step() < 1000000) return;
    nanosleep(&pause, NULL);
  }
}

int main(int argc, char **argv) {
  if (argc != 9) {
    fprintf(stderr, "usage: load PORT PID SERVER_CORE CORE CONNECTIONS BYTES WARMUP SECONDS\n");
    return 2;
  }
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)atoi(argv[1])),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  clockid_t server_clock;
  if (clock_getcpuclockid(atoi(argv[2]), &server_clock) != 0) fail("clock_getcpuclockid");
  int connections = atoi(argv[5]);
  message_bytes = (size_t)atol(argv[6]);
  double warmup = atof(argv[7]), seconds = atof(argv[8]);

  int server_core = atoi(argv[3]), core = atoi(argv[4]);
  wait_for_quiet(server_core, core);
  /* On the server's own core: let it finish its round, however many messages came back to us meanwhile. */
  if (core == server_core) sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
  message = malloc(message_bytes);
  memset(message, 'x', message_bytes);
  epfd = epoll_create1(0);
  struct connection *all = calloc((size_t)connections, sizeof *all);
  for (int i = 0; i < connections; i++) open_connection(&all[i], &address);
  for (int i = 0; i < connections; i++) begin(&all[i], nanoseconds(CLOCK_MONOTONIC));

  run_until(nanoseconds(CLOCK_MONOTONIC) + (uint64_t)(warmup * 1e9));
  memset(counts, 0, sizeof counts);
  uint64_t began = nanoseconds(CLOCK_MONOTONIC), cpu = nanoseconds(server_clock);
  uint64_t answered = run_until(began + (uint64_t)(seconds * 1e9));
  cpu = nanoseconds(server_clock) - cpu;
  double took = (double)(nanoseconds(CLOCK_MONOTONIC) - began);
  double p50 = percentile(answered, 0.5), p99 = percentile(answered, 0.99);
  finish();
  if (answered == 0) {
    fprintf(stderr, "load: no message came back in time\n");
    return 1;
  }
  printf("{\"requests\": %llu, \"perSecond\": %.0f, \"cpu\": %.4f, \"busy\": %.3f, \"p50\": %.1f, \"p99\": %.1f}\n",
         (unsigned long long)answered, (double)answered / took * 1e9, (double)cpu / (double)answered / 1000,
         (double)cpu / took, p50, p99);
  return 0;
}
