/*
 * Numbers that differ between systems, as this compiler sees them. A name that the system lacks is left out.
 * On Linux, TypeScript knows them without asking (and a test compares); elsewhere it takes them from here.
 */
#include "addon.h"

#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#ifdef __linux__
#include <sys/epoll.h>
#endif

#ifndef IOV_MAX
#define IOV_MAX 1024
#endif

struct constant {
  const char *name;
  double value;
};

#define CONSTANT(name) {#name, (double)(name)}

static const struct constant CONSTANTS[] = {
    /* Families */
#ifdef AF_UNSPEC
    CONSTANT(AF_UNSPEC),
#endif
#ifdef AF_UNIX
    CONSTANT(AF_UNIX),
#endif
#ifdef AF_INET
    CONSTANT(AF_INET),
#endif
#ifdef AF_INET6
    CONSTANT(AF_INET6),
#endif
#ifdef AF_NETLINK
    CONSTANT(AF_NETLINK),
#endif
#ifdef AF_PACKET
    CONSTANT(AF_PACKET),
#endif
#ifdef AF_VSOCK
    CONSTANT(AF_VSOCK),
#endif
    /* Types */
    CONSTANT(SOCK_STREAM),
    CONSTANT(SOCK_DGRAM),
    CONSTANT(SOCK_RAW),
    CONSTANT(SOCK_RDM),
    CONSTANT(SOCK_SEQPACKET),
#ifdef SOCK_NONBLOCK
    CONSTANT(SOCK_NONBLOCK),
#endif
#ifdef SOCK_CLOEXEC
    CONSTANT(SOCK_CLOEXEC),
#endif
    /* Levels and protocols */
#ifdef SOL_SOCKET
    CONSTANT(SOL_SOCKET),
#endif
#ifdef SOL_IP
    CONSTANT(SOL_IP),
#endif
#ifdef SOL_TCP
    CONSTANT(SOL_TCP),
#endif
#ifdef SOL_UDP
    CONSTANT(SOL_UDP),
#endif
    CONSTANT(IPPROTO_IP),
    CONSTANT(IPPROTO_ICMP),
    CONSTANT(IPPROTO_IGMP),
    CONSTANT(IPPROTO_TCP),
    CONSTANT(IPPROTO_UDP),
    CONSTANT(IPPROTO_IPV6),
    CONSTANT(IPPROTO_ICMPV6),
    CONSTANT(IPPROTO_RAW),
#ifdef IPPROTO_SCTP
    CONSTANT(IPPROTO_SCTP),
#endif
    /* Options of sockets */
#ifdef SO_DEBUG
    CONSTANT(SO_DEBUG),
#endif
#ifdef SO_REUSEADDR
    CONSTANT(SO_REUSEADDR),
#endif
#ifdef SO_TYPE
    CONSTANT(SO_TYPE),
#endif
#ifdef SO_ERROR
    CONSTANT(SO_ERROR),
#endif
#ifdef SO_DONTROUTE
    CONSTANT(SO_DONTROUTE),
#endif
#ifdef SO_BROADCAST
    CONSTANT(SO_BROADCAST),
#endif
#ifdef SO_SNDBUF
    CONSTANT(SO_SNDBUF),
#endif
#ifdef SO_RCVBUF
    CONSTANT(SO_RCVBUF),
#endif
#ifdef SO_KEEPALIVE
    CONSTANT(SO_KEEPALIVE),
#endif
#ifdef SO_OOBINLINE
    CONSTANT(SO_OOBINLINE),
#endif
#ifdef SO_PRIORITY
    CONSTANT(SO_PRIORITY),
#endif
#ifdef SO_LINGER
    CONSTANT(SO_LINGER),
#endif
#ifdef SO_REUSEPORT
    CONSTANT(SO_REUSEPORT),
#endif
#ifdef SO_PASSCRED
    CONSTANT(SO_PASSCRED),
#endif
#ifdef SO_PEERCRED
    CONSTANT(SO_PEERCRED),
#endif
#ifdef SO_RCVLOWAT
    CONSTANT(SO_RCVLOWAT),
#endif
#ifdef SO_SNDLOWAT
    CONSTANT(SO_SNDLOWAT),
#endif
#ifdef SO_RCVTIMEO
    CONSTANT(SO_RCVTIMEO),
#endif
#ifdef SO_SNDTIMEO
    CONSTANT(SO_SNDTIMEO),
#endif
#ifdef SO_BINDTODEVICE
    CONSTANT(SO_BINDTODEVICE),
#endif
#ifdef SO_ACCEPTCONN
    CONSTANT(SO_ACCEPTCONN),
#endif
#ifdef SO_TIMESTAMP
    CONSTANT(SO_TIMESTAMP),
#endif
#ifdef SO_MARK
    CONSTANT(SO_MARK),
#endif
#ifdef SO_PROTOCOL
    CONSTANT(SO_PROTOCOL),
#endif
#ifdef SO_DOMAIN
    CONSTANT(SO_DOMAIN),
#endif
#ifdef SO_BUSY_POLL
    CONSTANT(SO_BUSY_POLL),
#endif
#ifdef SO_INCOMING_CPU
    CONSTANT(SO_INCOMING_CPU),
#endif
#ifdef SO_ZEROCOPY
    CONSTANT(SO_ZEROCOPY),
#endif
    /* Options of TCP */
#ifdef TCP_NODELAY
    CONSTANT(TCP_NODELAY),
#endif
#ifdef TCP_MAXSEG
    CONSTANT(TCP_MAXSEG),
#endif
#ifdef TCP_CORK
    CONSTANT(TCP_CORK),
#endif
#ifdef TCP_KEEPIDLE
    CONSTANT(TCP_KEEPIDLE),
#endif
#ifdef TCP_KEEPINTVL
    CONSTANT(TCP_KEEPINTVL),
#endif
#ifdef TCP_KEEPCNT
    CONSTANT(TCP_KEEPCNT),
#endif
#ifdef TCP_SYNCNT
    CONSTANT(TCP_SYNCNT),
#endif
#ifdef TCP_LINGER2
    CONSTANT(TCP_LINGER2),
#endif
#ifdef TCP_DEFER_ACCEPT
    CONSTANT(TCP_DEFER_ACCEPT),
#endif
#ifdef TCP_WINDOW_CLAMP
    CONSTANT(TCP_WINDOW_CLAMP),
#endif
#ifdef TCP_INFO
    CONSTANT(TCP_INFO),
#endif
#ifdef TCP_QUICKACK
    CONSTANT(TCP_QUICKACK),
#endif
#ifdef TCP_CONGESTION
    CONSTANT(TCP_CONGESTION),
#endif
#ifdef TCP_USER_TIMEOUT
    CONSTANT(TCP_USER_TIMEOUT),
#endif
#ifdef TCP_FASTOPEN
    CONSTANT(TCP_FASTOPEN),
#endif
#ifdef TCP_NOTSENT_LOWAT
    CONSTANT(TCP_NOTSENT_LOWAT),
#endif
    /* Options of IP */
#ifdef IP_TOS
    CONSTANT(IP_TOS),
#endif
#ifdef IP_TTL
    CONSTANT(IP_TTL),
#endif
#ifdef IP_MULTICAST_IF
    CONSTANT(IP_MULTICAST_IF),
#endif
#ifdef IP_MULTICAST_TTL
    CONSTANT(IP_MULTICAST_TTL),
#endif
#ifdef IP_MULTICAST_LOOP
    CONSTANT(IP_MULTICAST_LOOP),
#endif
#ifdef IP_ADD_MEMBERSHIP
    CONSTANT(IP_ADD_MEMBERSHIP),
#endif
#ifdef IP_DROP_MEMBERSHIP
    CONSTANT(IP_DROP_MEMBERSHIP),
#endif
#ifdef IP_BIND_ADDRESS_NO_PORT
    CONSTANT(IP_BIND_ADDRESS_NO_PORT),
#endif
#ifdef IP_TRANSPARENT
    CONSTANT(IP_TRANSPARENT),
#endif
    /* Options of IPv6 */
#ifdef IPV6_UNICAST_HOPS
    CONSTANT(IPV6_UNICAST_HOPS),
#endif
#ifdef IPV6_MULTICAST_IF
    CONSTANT(IPV6_MULTICAST_IF),
#endif
#ifdef IPV6_MULTICAST_HOPS
    CONSTANT(IPV6_MULTICAST_HOPS),
#endif
#ifdef IPV6_MULTICAST_LOOP
    CONSTANT(IPV6_MULTICAST_LOOP),
#endif
#ifdef IPV6_JOIN_GROUP
    CONSTANT(IPV6_JOIN_GROUP),
#endif
#ifdef IPV6_LEAVE_GROUP
    CONSTANT(IPV6_LEAVE_GROUP),
#endif
#ifdef IPV6_V6ONLY
    CONSTANT(IPV6_V6ONLY),
#endif
#ifdef IPV6_TCLASS
    CONSTANT(IPV6_TCLASS),
#endif
    /* Ways to shut down */
    CONSTANT(SHUT_RD),
    CONSTANT(SHUT_WR),
    CONSTANT(SHUT_RDWR),
    /* Flags of messages */
#ifdef MSG_OOB
    CONSTANT(MSG_OOB),
#endif
#ifdef MSG_PEEK
    CONSTANT(MSG_PEEK),
#endif
#ifdef MSG_DONTROUTE
    CONSTANT(MSG_DONTROUTE),
#endif
#ifdef MSG_CTRUNC
    CONSTANT(MSG_CTRUNC),
#endif
#ifdef MSG_TRUNC
    CONSTANT(MSG_TRUNC),
#endif
#ifdef MSG_DONTWAIT
    CONSTANT(MSG_DONTWAIT),
#endif
#ifdef MSG_EOR
    CONSTANT(MSG_EOR),
#endif
#ifdef MSG_WAITALL
    CONSTANT(MSG_WAITALL),
#endif
#ifdef MSG_NOSIGNAL
    CONSTANT(MSG_NOSIGNAL),
#endif
#ifdef MSG_MORE
    CONSTANT(MSG_MORE),
#endif
#ifdef MSG_CMSG_CLOEXEC
    CONSTANT(MSG_CMSG_CLOEXEC),
#endif
#ifdef MSG_ERRQUEUE
    CONSTANT(MSG_ERRQUEUE),
#endif
#ifdef MSG_CONFIRM
    CONSTANT(MSG_CONFIRM),
#endif
#ifdef MSG_FASTOPEN
    CONSTANT(MSG_FASTOPEN),
#endif
    /* Flags of getaddrinfo */
#ifdef AI_PASSIVE
    CONSTANT(AI_PASSIVE),
#endif
#ifdef AI_CANONNAME
    CONSTANT(AI_CANONNAME),
#endif
#ifdef AI_NUMERICHOST
    CONSTANT(AI_NUMERICHOST),
#endif
#ifdef AI_V4MAPPED
    CONSTANT(AI_V4MAPPED),
#endif
#ifdef AI_ALL
    CONSTANT(AI_ALL),
#endif
#ifdef AI_ADDRCONFIG
    CONSTANT(AI_ADDRCONFIG),
#endif
#ifdef AI_NUMERICSERV
    CONSTANT(AI_NUMERICSERV),
#endif
    /* Flags of getnameinfo */
#ifdef NI_NUMERICHOST
    CONSTANT(NI_NUMERICHOST),
#endif
#ifdef NI_NUMERICSERV
    CONSTANT(NI_NUMERICSERV),
#endif
#ifdef NI_NOFQDN
    CONSTANT(NI_NOFQDN),
#endif
#ifdef NI_NAMEREQD
    CONSTANT(NI_NAMEREQD),
#endif
#ifdef NI_DGRAM
    CONSTANT(NI_DGRAM),
#endif
    /* Codes of both */
#ifdef EAI_ADDRFAMILY
    CONSTANT(EAI_ADDRFAMILY),
#endif
#ifdef EAI_AGAIN
    CONSTANT(EAI_AGAIN),
#endif
#ifdef EAI_BADFLAGS
    CONSTANT(EAI_BADFLAGS),
#endif
#ifdef EAI_FAIL
    CONSTANT(EAI_FAIL),
#endif
#ifdef EAI_FAMILY
    CONSTANT(EAI_FAMILY),
#endif
#ifdef EAI_MEMORY
    CONSTANT(EAI_MEMORY),
#endif
#ifdef EAI_NODATA
    CONSTANT(EAI_NODATA),
#endif
#ifdef EAI_NONAME
    CONSTANT(EAI_NONAME),
#endif
#ifdef EAI_OVERFLOW
    CONSTANT(EAI_OVERFLOW),
#endif
#ifdef EAI_SERVICE
    CONSTANT(EAI_SERVICE),
#endif
#ifdef EAI_SOCKTYPE
    CONSTANT(EAI_SOCKTYPE),
#endif
#ifdef EAI_SYSTEM
    CONSTANT(EAI_SYSTEM),
#endif
    /* Limits */
#ifdef SOMAXCONN
    CONSTANT(SOMAXCONN),
#endif
#ifdef IOV_MAX
    CONSTANT(IOV_MAX),
#endif
    /* poll */
    CONSTANT(POLLIN),
    CONSTANT(POLLOUT),
    CONSTANT(POLLPRI),
    CONSTANT(POLLERR),
    CONSTANT(POLLHUP),
    CONSTANT(POLLNVAL),
#ifdef POLLRDHUP
    CONSTANT(POLLRDHUP),
#endif
    /* epoll */
#ifdef __linux__
    CONSTANT(EPOLLIN),
    CONSTANT(EPOLLOUT),
    CONSTANT(EPOLLPRI),
    CONSTANT(EPOLLERR),
    CONSTANT(EPOLLHUP),
    CONSTANT(EPOLLRDHUP),
    CONSTANT(EPOLLEXCLUSIVE),
    CONSTANT(EPOLLONESHOT),
    CONSTANT(EPOLL_CTL_ADD),
    CONSTANT(EPOLL_CTL_MOD),
    CONSTANT(EPOLL_CTL_DEL),
#endif
    /* Error numbers */
#ifdef E2BIG
    CONSTANT(E2BIG),
#endif
#ifdef EACCES
    CONSTANT(EACCES),
#endif
#ifdef EADDRINUSE
    CONSTANT(EADDRINUSE),
#endif
#ifdef EADDRNOTAVAIL
    CONSTANT(EADDRNOTAVAIL),
#endif
#ifdef EADV
    CONSTANT(EADV),
#endif
#ifdef EAFNOSUPPORT
    CONSTANT(EAFNOSUPPORT),
#endif
#ifdef EAGAIN
    CONSTANT(EAGAIN),
#endif
#ifdef EALREADY
    CONSTANT(EALREADY),
#endif
#ifdef EBADE
    CONSTANT(EBADE),
#endif
#ifdef EBADF
    CONSTANT(EBADF),
#endif
#ifdef EBADFD
    CONSTANT(EBADFD),
#endif
#ifdef EBADMSG
    CONSTANT(EBADMSG),
#endif
#ifdef EBADR
    CONSTANT(EBADR),
#endif
#ifdef EBADRQC
    CONSTANT(EBADRQC),
#endif
#ifdef EBADSLT
    CONSTANT(EBADSLT),
#endif
#ifdef EBFONT
    CONSTANT(EBFONT),
#endif
#ifdef EBUSY
    CONSTANT(EBUSY),
#endif
#ifdef ECANCELED
    CONSTANT(ECANCELED),
#endif
#ifdef ECHILD
    CONSTANT(ECHILD),
#endif
#ifdef ECHRNG
    CONSTANT(ECHRNG),
#endif
#ifdef ECOMM
    CONSTANT(ECOMM),
#endif
#ifdef ECONNABORTED
    CONSTANT(ECONNABORTED),
#endif
#ifdef ECONNREFUSED
    CONSTANT(ECONNREFUSED),
#endif
#ifdef ECONNRESET
    CONSTANT(ECONNRESET),
#endif
#ifdef EDEADLOCK
    CONSTANT(EDEADLOCK),
#endif
#ifdef EDESTADDRREQ
    CONSTANT(EDESTADDRREQ),
#endif
#ifdef EDOM
    CONSTANT(EDOM),
#endif
#ifdef EDOTDOT
    CONSTANT(EDOTDOT),
#endif
#ifdef EDQUOT
    CONSTANT(EDQUOT),
#endif
#ifdef EEXIST
    CONSTANT(EEXIST),
#endif
#ifdef EFAULT
    CONSTANT(EFAULT),
#endif
#ifdef EFBIG
    CONSTANT(EFBIG),
#endif
#ifdef EHOSTDOWN
    CONSTANT(EHOSTDOWN),
#endif
#ifdef EHOSTUNREACH
    CONSTANT(EHOSTUNREACH),
#endif
#ifdef EIDRM
    CONSTANT(EIDRM),
#endif
#ifdef EILSEQ
    CONSTANT(EILSEQ),
#endif
#ifdef EINPROGRESS
    CONSTANT(EINPROGRESS),
#endif
#ifdef EINTR
    CONSTANT(EINTR),
#endif
#ifdef EINVAL
    CONSTANT(EINVAL),
#endif
#ifdef EIO
    CONSTANT(EIO),
#endif
#ifdef EISCONN
    CONSTANT(EISCONN),
#endif
#ifdef EISDIR
    CONSTANT(EISDIR),
#endif
#ifdef EISNAM
    CONSTANT(EISNAM),
#endif
#ifdef EKEYEXPIRED
    CONSTANT(EKEYEXPIRED),
#endif
#ifdef EKEYREJECTED
    CONSTANT(EKEYREJECTED),
#endif
#ifdef EKEYREVOKED
    CONSTANT(EKEYREVOKED),
#endif
#ifdef EL2HLT
    CONSTANT(EL2HLT),
#endif
#ifdef EL2NSYNC
    CONSTANT(EL2NSYNC),
#endif
#ifdef EL3HLT
    CONSTANT(EL3HLT),
#endif
#ifdef EL3RST
    CONSTANT(EL3RST),
#endif
#ifdef ELIBACC
    CONSTANT(ELIBACC),
#endif
#ifdef ELIBBAD
    CONSTANT(ELIBBAD),
#endif
#ifdef ELIBEXEC
    CONSTANT(ELIBEXEC),
#endif
#ifdef ELIBMAX
    CONSTANT(ELIBMAX),
#endif
#ifdef ELIBSCN
    CONSTANT(ELIBSCN),
#endif
#ifdef ELNRNG
    CONSTANT(ELNRNG),
#endif
#ifdef ELOOP
    CONSTANT(ELOOP),
#endif
#ifdef EMEDIUMTYPE
    CONSTANT(EMEDIUMTYPE),
#endif
#ifdef EMFILE
    CONSTANT(EMFILE),
#endif
#ifdef EMLINK
    CONSTANT(EMLINK),
#endif
#ifdef EMSGSIZE
    CONSTANT(EMSGSIZE),
#endif
#ifdef EMULTIHOP
    CONSTANT(EMULTIHOP),
#endif
#ifdef ENAMETOOLONG
    CONSTANT(ENAMETOOLONG),
#endif
#ifdef ENAVAIL
    CONSTANT(ENAVAIL),
#endif
#ifdef ENETDOWN
    CONSTANT(ENETDOWN),
#endif
#ifdef ENETRESET
    CONSTANT(ENETRESET),
#endif
#ifdef ENETUNREACH
    CONSTANT(ENETUNREACH),
#endif
#ifdef ENFILE
    CONSTANT(ENFILE),
#endif
#ifdef ENOANO
    CONSTANT(ENOANO),
#endif
#ifdef ENOBUFS
    CONSTANT(ENOBUFS),
#endif
#ifdef ENOCSI
    CONSTANT(ENOCSI),
#endif
#ifdef ENODATA
    CONSTANT(ENODATA),
#endif
#ifdef ENODEV
    CONSTANT(ENODEV),
#endif
#ifdef ENOENT
    CONSTANT(ENOENT),
#endif
#ifdef ENOEXEC
    CONSTANT(ENOEXEC),
#endif
#ifdef ENOKEY
    CONSTANT(ENOKEY),
#endif
#ifdef ENOLCK
    CONSTANT(ENOLCK),
#endif
#ifdef ENOLINK
    CONSTANT(ENOLINK),
#endif
#ifdef ENOMEDIUM
    CONSTANT(ENOMEDIUM),
#endif
#ifdef ENOMEM
    CONSTANT(ENOMEM),
#endif
#ifdef ENOMSG
    CONSTANT(ENOMSG),
#endif
#ifdef ENONET
    CONSTANT(ENONET),
#endif
#ifdef ENOPKG
    CONSTANT(ENOPKG),
#endif
#ifdef ENOPROTOOPT
    CONSTANT(ENOPROTOOPT),
#endif
#ifdef ENOSPC
    CONSTANT(ENOSPC),
#endif
#ifdef ENOSR
    CONSTANT(ENOSR),
#endif
#ifdef ENOSTR
    CONSTANT(ENOSTR),
#endif
#ifdef ENOSYS
    CONSTANT(ENOSYS),
#endif
#ifdef ENOTBLK
    CONSTANT(ENOTBLK),
#endif
#ifdef ENOTCONN
    CONSTANT(ENOTCONN),
#endif
#ifdef ENOTDIR
    CONSTANT(ENOTDIR),
#endif
#ifdef ENOTEMPTY
    CONSTANT(ENOTEMPTY),
#endif
#ifdef ENOTNAM
    CONSTANT(ENOTNAM),
#endif
#ifdef ENOTRECOVERABLE
    CONSTANT(ENOTRECOVERABLE),
#endif
#ifdef ENOTSOCK
    CONSTANT(ENOTSOCK),
#endif
#ifdef ENOTSUP
    CONSTANT(ENOTSUP),
#endif
#ifdef ENOTTY
    CONSTANT(ENOTTY),
#endif
#ifdef ENOTUNIQ
    CONSTANT(ENOTUNIQ),
#endif
#ifdef ENXIO
    CONSTANT(ENXIO),
#endif
#ifdef EOPNOTSUPP
    CONSTANT(EOPNOTSUPP),
#endif
#ifdef EOVERFLOW
    CONSTANT(EOVERFLOW),
#endif
#ifdef EOWNERDEAD
    CONSTANT(EOWNERDEAD),
#endif
#ifdef EPERM
    CONSTANT(EPERM),
#endif
#ifdef EPFNOSUPPORT
    CONSTANT(EPFNOSUPPORT),
#endif
#ifdef EPIPE
    CONSTANT(EPIPE),
#endif
#ifdef EPROTO
    CONSTANT(EPROTO),
#endif
#ifdef EPROTONOSUPPORT
    CONSTANT(EPROTONOSUPPORT),
#endif
#ifdef EPROTOTYPE
    CONSTANT(EPROTOTYPE),
#endif
#ifdef ERANGE
    CONSTANT(ERANGE),
#endif
#ifdef EREMCHG
    CONSTANT(EREMCHG),
#endif
#ifdef EREMOTE
    CONSTANT(EREMOTE),
#endif
#ifdef EREMOTEIO
    CONSTANT(EREMOTEIO),
#endif
#ifdef ERESTART
    CONSTANT(ERESTART),
#endif
#ifdef ERFKILL
    CONSTANT(ERFKILL),
#endif
#ifdef EROFS
    CONSTANT(EROFS),
#endif
#ifdef ESHUTDOWN
    CONSTANT(ESHUTDOWN),
#endif
#ifdef ESOCKTNOSUPPORT
    CONSTANT(ESOCKTNOSUPPORT),
#endif
#ifdef ESPIPE
    CONSTANT(ESPIPE),
#endif
#ifdef ESRCH
    CONSTANT(ESRCH),
#endif
#ifdef ESRMNT
    CONSTANT(ESRMNT),
#endif
#ifdef ESTALE
    CONSTANT(ESTALE),
#endif
#ifdef ESTRPIPE
    CONSTANT(ESTRPIPE),
#endif
#ifdef ETIME
    CONSTANT(ETIME),
#endif
#ifdef ETIMEDOUT
    CONSTANT(ETIMEDOUT),
#endif
#ifdef ETOOMANYREFS
    CONSTANT(ETOOMANYREFS),
#endif
#ifdef ETXTBSY
    CONSTANT(ETXTBSY),
#endif
#ifdef EUCLEAN
    CONSTANT(EUCLEAN),
#endif
#ifdef EUNATCH
    CONSTANT(EUNATCH),
#endif
#ifdef EUSERS
    CONSTANT(EUSERS),
#endif
#ifdef EWOULDBLOCK
    CONSTANT(EWOULDBLOCK),
#endif
#ifdef EXDEV
    CONSTANT(EXDEV),
#endif
#ifdef EXFULL
    CONSTANT(EXFULL),
#endif
};

/* An object of them all. */
napi_value ts_constants(napi_env env) {
  napi_value object;
  if (napi_create_object(env, &object) != napi_ok) return NULL;
  for (size_t i = 0; i < sizeof CONSTANTS / sizeof CONSTANTS[0]; i++) {
    napi_value value;
    if (napi_create_double(env, CONSTANTS[i].value, &value) != napi_ok ||
        napi_set_named_property(env, object, CONSTANTS[i].name, value) != napi_ok) {
      return NULL;
    }
  }
  return object;
}
