// What a person decided about names that the rule does not settle. The script sees to it that nothing here is out of date:
// a reason for a name that is there is an error, and so is one that nothing needs.

/** Names that are not what the rule makes of Python's. */
const names = {};

/** Why a name is left out. A class or a module stands for all that is in it. */
const leftOut = {
  'asyncio.AbstractEventLoop':
    'Abstract base classes are left out. What a loop must have for futures and tasks is the interface `Loop`, which types check.',
  'asyncio.AbstractServer': 'Abstract base classes are left out: there is one `Server`.',
  'asyncio.ProactorEventLoop': 'It is for Windows. There the network is Node’s, by the same `EventLoop`.',
  'asyncio.selector_events':
    'It is internal in CPython: its classes stand behind `EventLoop` and its transports.',
  'asyncio.trsock.TransportSocket.get_inheritable':
    'Descriptors of sockets are never inherited by child processes, so there is nothing to ask.',
  'asyncio.trsock.TransportSocket.getsockbyname': 'It is a mistake in CPython: no socket has such a method.',
  'asyncio.transports._FlowControlMixin': 'It is internal in CPython: transports here share no such base.',
  'asyncio.get_event_loop_policy': 'Policies are deprecated, and CPython 3.16 removes them.',
  'asyncio.set_event_loop_policy':
    'Policies are deprecated, and CPython 3.16 removes them. `run` takes a `loopFactory`.',
  'asyncio.AbstractEventLoopPolicy': 'Policies are deprecated, and CPython 3.16 removes them.',
  'asyncio.DefaultEventLoopPolicy': 'Policies are deprecated, and CPython 3.16 removes them.',
  'asyncio.WindowsSelectorEventLoopPolicy': 'Policies are deprecated, and CPython 3.16 removes them.',
  'asyncio.WindowsProactorEventLoopPolicy': 'Policies are deprecated, and CPython 3.16 removes them.',
  'asyncio.AbstractChildWatcher': 'CPython 3.14 removed child watchers. Node watches its children.',
  'asyncio.SafeChildWatcher': 'CPython 3.14 removed child watchers. Node watches its children.',
  'asyncio.FastChildWatcher': 'CPython 3.14 removed child watchers. Node watches its children.',
  'asyncio.MultiLoopChildWatcher': 'CPython 3.14 removed child watchers. Node watches its children.',
  'asyncio.ThreadedChildWatcher': 'CPython 3.14 removed child watchers. Node watches its children.',
  'asyncio.PidfdChildWatcher': 'CPython 3.14 removed child watchers. Node watches its children.',
  'asyncio.get_child_watcher': 'CPython 3.14 removed child watchers. Node watches its children.',
  'asyncio.set_child_watcher': 'CPython 3.14 removed child watchers. Node watches its children.',
  'asyncio.async': 'CPython 3.7 removed it. It is `ensureFuture`.',
  'asyncio.Task.all_tasks': 'CPython 3.9 removed it. It is the function `allTasks`.',
  'asyncio.Task.current_task': 'CPython 3.9 removed it. It is the function `currentTask`.',
  'loop.create_datagram_endpoint(reuse_address=)': 'CPython 3.11 removed the parameter, which was unsafe.',
  'asyncio.staggered':
    'It is internal in CPython. Connections are staggered by the option `happyEyeballsDelay`, as there.',
  'asyncio.unix_events':
    'It is internal in CPython. Node watches children, and pipes have `connectReadPipe` and `connectWritePipe`.',
  'asyncio.sslproto': 'It is internal in CPython. TLS is Node’s own, over either network.',
  'asyncio.base_subprocess': 'It is internal in CPython. What is public of it is `SubprocessTransport`.',
  'asyncio.constants': 'They are numbers of CPython’s implementation, which its documentation does not have.',
  'asyncio.base_events':
    'They are numbers of CPython’s implementation, which its documentation does not have.',
  'selectors.DevpollSelector': 'It is for Solaris; poll serves there.',
  'selectors.KqueueSelector': 'It is for BSD and macOS; `DefaultSelector` is poll there.',
  'concurrent.futures.InterpreterPoolExecutor':
    'It is what `ThreadPoolExecutor` is here: each thread has an interpreter of its own.',
  'socket.socket.makefile':
    'Python’s file objects have no counterpart. `openConnection({ sock })` makes streams of a connected socket.',
  'socket.send_fds': 'The addon passes no ancillary data, so no descriptors either.',
  'socket.recv_fds': 'The addon passes no ancillary data, so no descriptors either.',
  'ssl.SSLContext.get_ciphers': 'Node does not tell which ciphers a context has.',
  'ssl.SSLContext.post_handshake_auth': 'Node’s TLS cannot ask for a certificate after the handshake.',
  'ssl.SSLContext.cert_store_stats':
    'Node does not tell of OpenSSL’s certificate store. `getCaCerts` lists what was loaded.',
  'ssl.SSLContext.session_stats': 'Node does not tell of OpenSSL’s session cache.',
  'ssl.SSLContext.num_tickets':
    'Node has no setting for the number of session tickets. OP_NO_TICKET means none.',
  'ssl.SSLContext.wrap_socket': 'TLS is Node’s and needs Node’s loop: no socket can do it by itself.',
  'ssl.SSLContext.wrap_bio': 'Node’s TLS works on streams. `loop.startTls` gives a connection TLS.',
  'ssl.SSLObject.do_handshake': 'Node’s TLS does the handshake by itself.',
  'ssl.SSLObject.read':
    'An SSLObject only tells of its connection. Bytes come to the protocol or the StreamReader.',
  'ssl.SSLObject.write':
    'An SSLObject only tells of its connection. Bytes go to the transport or the StreamWriter.',
  'ssl.SSLObject.unwrap': 'Node’s TLS does not hand its connection back; closing it says farewell.',
  'ssl.SSLObject.pending': 'Node does not tell how many bytes are decrypted and unread.',
  'ssl.SSLObject.session': 'There are no session objects. `sessionReused` tells whether one was resumed.',
  'ssl.SSLObject.get_channel_binding': 'Channel bindings are left out.',
  'ssl.SSLObject.shared_ciphers': 'Node does not offer it in the form that Python gives it.',
  'ssl.MemoryBIO': 'Node’s TLS works on streams and has no memory buffers of OpenSSL’s.',
  'ssl.SSLWantReadError': 'Nothing could raise it: no method here reads or writes TLS without a loop.',
  'ssl.SSLWantWriteError': 'Nothing could raise it: no method here reads or writes TLS without a loop.',
  'ssl.SSLZeroReturnError': 'Nothing could raise it: no method here reads or writes TLS without a loop.',
  'ssl.SSLSyscallError': 'Nothing could raise it: what the system refuses is another OSError.',
  'ssl.get_server_certificate':
    'It blocks. `openConnection` with `ssl` and `getpeercert(true)` of its SSLObject tell the same.',
  'signal.set_wakeup_fd': 'Node wakes its loop itself, and loops that block are woken by the addon.',
  'signal.siginterrupt': 'Node has no such setting.',
  'signal.alarm': 'Node has no alarms. `loop.callLater` is a timer.',
  'signal.setitimer': 'Node has no interval timers of the system. `loop.callLater` is a timer.',
  'signal.ITIMER_REAL': 'Node has no interval timers of the system. `loop.callLater` is a timer.',
  'signal.pthread_kill': 'Node sends signals to processes, not to threads.',
  'signal.pthread_sigmask': 'Node has no signal masks.',
};

/** Why parameters that Python has are not taken. */
const parameters = {
  'asyncio.subprocess.Process': '`createSubprocessExec` and `createSubprocessShell` make it.',
  'asyncio.Handle': 'The methods of a loop make it.',
  'asyncio.Handle.__init__': 'The methods of a loop make it.',
  'asyncio.TimerHandle': 'The methods of a loop make it.',
  'asyncio.Server': '`startServer` and `loop.createServer` make it.',
  'asyncio.Server.__init__': '`startServer` and `loop.createServer` make it.',
  'asyncio.trsock.TransportSocket': 'Transports and servers make it.',
  'asyncio.trsock.TransportSocket.getsockopt': 'It takes what `getsockopt` of sockets takes.',
  'asyncio.trsock.TransportSocket.setsockopt': 'It takes what `setsockopt` of sockets takes.',
  'concurrent.futures.ProcessPoolExecutor':
    'Node has one way to start a process, so there is no `mpContext`.',
  'ssl.SSLObject': 'Connections make it: `getExtraInfo("ssl_object")`.',
};

/** What is of another kind than in Python. */
const kinds = {
  'asyncio.coroutine':
    'CPython 3.11 removed it: `async def` took its place. Here it makes coroutines warn when nobody awaits them.',
  'signal.Signals': 'A signal is a number here; this object has their names, and the numbers by name.',
};

/** All of it, as `compare` takes it. */
export const decisions = { names, leftOut, parameters, kinds };
