/*
 * The echo that all others are measured against: one thread, epoll, level-triggered, one read for each connection that is
 * ready in a round, sent back at once. What the system does not take waits, and is sent before anything more is read.
 * Prints its port.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 1024, ROOM = 256 * 1024 };

struct connection {
  int fd;
  /* NULL if nothing waits. */
  char *waiting;
  size_t length;
  size_t sent;
};

static char room[ROOM];
static int epfd;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void watch(struct connection *c, int op, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(epfd, op, c->fd, &event) < 0) fail("epoll_ctl");
}

static void end(struct connection *c) {
  close(c->fd);
  free(c->waiting);
  free(c);
}

static void accept_one(struct connection *listening) {
  int one = 1;
  int fd = accept4(listening->fd, NULL, NULL, SOCK_NONBLOCK);
  if (fd < 0) return;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct connection *c = calloc(1, sizeof *c);
  c->fd = fd;
  watch(c, EPOLL_CTL_ADD, EPOLLIN);
}

static void echo(struct connection *c) {
  ssize_t got = recv(c->fd, room, ROOM, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    end(c);
    return;
  }
  ssize_t sent = send(c->fd, room, (size_t)got, MSG_NOSIGNAL);
  if (sent == got) return;
  if (sent < 0 && errno != EAGAIN) {
    end(c);
    return;
  }
  if (sent < 0) sent = 0;
  c->length = (size_t)(got - sent);
  c->sent = 0;
  c->waiting = malloc(c->length);
  memcpy(c->waiting, room + sent, c->length);
  watch(c, EPOLL_CTL_MOD, EPOLLOUT);
}

static void send_rest(struct connection *c) {
  ssize_t sent = send(c->fd, c->waiting + c->sent, c->length - c->sent, MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) return;
  if (sent < 0) {
    end(c);
    return;
  }
  c->sent += (size_t)sent;
  if (c->sent < c->length) return;
  free(c->waiting);
  c->waiting = NULL;
  watch(c, EPOLL_CTL_MOD, EPOLLIN);
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  struct connection listening = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)};
  if (bind(listening.fd, (struct sockaddr *)&address, length) < 0 || listen(listening.fd, 1024) < 0) fail("listen");
  if (getsockname(listening.fd, (struct sockaddr *)&address, &length) < 0) fail("getsockname");
  epfd = epoll_create1(0);
  watch(&listening, EPOLL_CTL_ADD, EPOLLIN);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  struct epoll_event events[EVENTS];
  for (;;) {
    int ready = epoll_wait(epfd, events, EVENTS, -1);
    if (ready < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (c == &listening) accept_one(c);
      else if (c->waiting != NULL) send_rest(c);
      else echo(c);
    }
  }
}
