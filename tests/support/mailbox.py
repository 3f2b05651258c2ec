"""A mail server on loopback that keeps what it gets, for tests of mail alerts.

    with Mailbox(tls=contexts.server) as box:
        ... send to 127.0.0.1, box.port ...
    assert box.mails[0]["Subject"] == "…"

It speaks as much SMTP as a client needs: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, QUIT.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType

START_S = 10


class Mailbox:
    """`tls` offers STARTTLS. `refuses`: receivers that are refused. `silent`: nothing is said."""

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        refuses: tuple[str, ...] = (),
        *,
        silent: bool = False,
    ) -> None:
        self.mails: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.logins: list[tuple[str, str]] = []
        self.encrypted: list[bool] = []
        self.port = 0
        self._tls = tls
        self._refuses = refuses
        self._silent = silent
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def __enter__(self) -> Mailbox:
        self._thread.start()
        assert self._ready.wait(START_S)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(START_S)
        self._loop.close()

    async def _serve(self) -> None:
        tasks: set[asyncio.Task[None]] = set()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._talk(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(begin, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopped.wait()
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._silent:
                await asyncio.sleep(3600)
            writer.write(b"220 mailbox.test\r\n")
            while line := (await reader.readline()).decode().strip():
                answer = await self._answer(line, reader, writer)
                if answer:
                    writer.write(f"{answer}\r\n".encode())
                if line == "QUIT" or line.upper() == "QUIT":
                    break
        except (OSError, ssl.SSLError):
            return  # the client went away, or does not trust us
        finally:
            writer.close()

    async def _answer(
        self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                offers = ["mailbox.test", "AUTH PLAIN", *(["STARTTLS"] if self._tls else [])]
                return "\r\n".join(
                    f"250{'-' if place < len(offers) - 1 else ' '}{offer}"
                    for place, offer in enumerate(offers)
                )
            case "STARTTLS" if self._tls is not None:
                writer.write(b"220 go ahead\r\n")
                await writer.start_tls(self._tls)
                return ""
            case "AUTH":
                _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
                self.logins.append((user, password))
                return "235 ok" if password != "wrong" else "535 5.7.8 not with that"
            case "RCPT":
                address = rest.partition("<")[2].partition(">")[0]
                if address in self._refuses:
                    return "550 no such mailbox"
                self.receivers.append(address)
                return "250 ok"
            case "DATA":
                writer.write(b"354 end with a dot\r\n")
                data = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
                self.mails.append(message_from_bytes(data, policy=default))
                self.encrypted.append(writer.get_extra_info("ssl_object") is not None)
                return "250 kept"
            case "QUIT":
                return "221 bye"
        return "250 ok"
