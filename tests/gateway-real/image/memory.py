"""A server of which only the memory matters: it keeps so many MiB in use, itself included, and answers every request at port 8080."""

import socket
import sys
import threading

# What an interpreter with these modules needs by itself.
OWN = 7
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"


def answer(connection: socket.socket) -> None:
    with connection:
        while b"\r\n\r\n" not in (piece := connection.recv(65536)):
            if not piece:
                return
        connection.sendall(ANSWER)


memory = bytearray(max(int(sys.argv[1]) - OWN, 0) << 20)
for page in range(0, len(memory), 4096):
    memory[page] = 1
with socket.create_server(("0.0.0.0", 8080), backlog=128) as server:
    while True:
        threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
