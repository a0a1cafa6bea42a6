"""An echo server on asyncio: server.py protocol|streams [--uvloop]. Prints its port."""

import asyncio
import sys

HOST = "127.0.0.1"
ROOM = 262144


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def echo_streams(reader, writer):
    try:
        while data := await reader.read(ROOM):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def main():
    if sys.argv[1] == "protocol":
        server = await asyncio.get_running_loop().create_server(Echo, HOST, 0, backlog=1024)
    else:
        server = await asyncio.start_server(echo_streams, HOST, 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if "--uvloop" in sys.argv:
    import uvloop

    uvloop.install()
asyncio.run(main())
