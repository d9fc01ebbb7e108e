"""A real headless Chromium, driven through the DevTools protocol: one process, one page after the other."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from websockets.sync.client import ClientConnection, connect

COMMAND = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Browser:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._calls = 0
        self._events: list[dict[str, Any]] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command of the protocol, and its result."""
        self._calls += 1
        self._socket.send(json.dumps({"id": self._calls, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(60))
            if answer.get("id") == self._calls:
                assert "error" not in answer, (method, answer)
                return dict(answer["result"])
            self._events.append(answer)

    def open(self, address: str) -> list[dict[str, Any]]:
        """Wait until the page has loaded; every event on the way."""
        self._events.clear()
        self.call("Page.navigate", url=address)
        end = time.monotonic() + 60
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            assert time.monotonic() < end, address
            self._events.append(json.loads(self._socket.recv(60)))
        self.evaluate("1")
        return list(self._events)

    def evaluate(self, script: str) -> Any:
        """What a script says in the page, promises awaited; the page's own policy does not bind it."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def look(self, width: int = 1280, height: int = 900, scheme: str = "light", media: str = "screen") -> None:
        """As a screen of this size, in light or dark, or as a printer."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def ask_in(self, language: str) -> None:
        self.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})

    def press(self, key: str) -> None:
        """Tab or Enter, down and up."""
        code, text = {"Tab": (9, ""), "Enter": (13, "\r")}[key]
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text, windowsVirtualKeyCode=code)


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser with a fresh profile, which ends with the block."""
    command = [*COMMAND, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        port = next(found[1] for line in process.stderr if (found := re.search(r"ws://127\.0\.0\.1:(\d+)/", line)))
        with urlopen(Request(f"http://127.0.0.1:{port}/json/new?about:blank", method="PUT")) as answer:
            address = json.load(answer)["webSocketDebuggerUrl"]
        with connect(address, max_size=None) as socket:
            browser = Browser(socket)
            for domain in ("Page", "Network", "Runtime"):
                browser.call(f"{domain}.enable")
            yield browser
    finally:
        process.terminate()
        process.wait(20)
