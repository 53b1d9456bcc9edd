"""A browser that takes pictures of pages: headless Chromium, told what to do over a pipe.

One browser takes many pictures, each of a window of its own width, light or dark. It runs no scripts, reaches no host,
and knows our own fonts only where those are installed, so that every machine draws the same.

The protocol is Chromium's DevTools, https://chromedevtools.github.io/devtools-protocol/ (`--remote-debugging-pipe`:
JSON with a zero byte at the end, read from descriptor 3, written to 4).
"""

import fcntl
import json
import os
import select
import shutil
import signal
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final

from infra.pages.fonts import font_settings

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PATIENCE: Final = 60.0  # seconds for one answer: the machine may be busy
_LEAST: Final = 100  # pixels: the window in which a page's own height is found
_READ, _WRITE = 3, 4  # the browser's descriptors
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",  # our own pages, in containers too
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--mute-audio",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--disable-partial-raster",
    "--disable-skia-runtime-opts",  # the same edges, whatever the processor can do
    "--disable-features=IsolateSandboxedIframes",  # frames of another process may come too late for the picture
    "--remote-debugging-pipe",
)


class BrowserError(Exception):
    """The browser could not be run, or did not do what it was told."""


def find_browser() -> str | None:
    """Where a browser of ours is on PATH."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@dataclass(frozen=True)
class Browser:
    """One that runs. Its `folder` is removed when it ends."""

    folder: Path
    _pipe: "_Pipe"
    _tab: str

    def picture(self, html: str, *, width: int, height: int = 0, dark: bool = False, scale: float = 1) -> bytes:
        """A PNG of a whole page, or of its first `height` CSS pixels, in a window so many CSS pixels wide."""
        page = self.folder / "page.html"
        page.write_text(html, encoding="utf-8", errors="replace")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._pipe.forget()
        self._ask("Emulation.setEmulatedMedia", media="screen", features=[scheme])
        self._window(width, height or _LEAST, scale)
        loader = self._ask("Page.navigate", url=page.as_uri())["loaderId"]
        self._pipe.wait_for("Page.lifecycleEvent", {"name": "load", "loaderId": loader})
        if not height:
            height = round(self._ask("Page.getLayoutMetrics")["cssContentSize"]["height"])
            self._window(width, height, scale)
        return b64decode(self._ask("Page.captureScreenshot", format="png")["data"])

    def _window(self, width: int, height: int, scale: float) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self._ask("Emulation.setDeviceMetricsOverride", **size)

    def _ask(self, method: str, **more: Any) -> Any:
        return self._pipe.ask(method, more, self._tab)


@contextmanager
def browsing(program: str = "") -> Iterator[Browser]:
    """A browser for as long as the block lasts. Raises BrowserError without one on PATH, or if it does not start."""
    program = program or find_browser() or ""
    if not program:
        raise BrowserError(f"no browser on PATH ({', '.join(BROWSERS)})")
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        pipe = _started(program, folder)
        try:
            yield Browser(folder, pipe, _tab(pipe))
        finally:
            pipe.close()


def _tab(pipe: "_Pipe") -> str:
    target = pipe.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
    tab = str(pipe.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"])
    pipe.ask("Page.enable", session=tab)
    pipe.ask("Page.setLifecycleEventsEnabled", {"enabled": True}, tab)
    pipe.ask("Emulation.setScriptExecutionDisabled", {"value": True}, tab)
    return tab


def _started(program: str, folder: Path) -> "_Pipe":
    # Ours are numbered above the browser's, so that none of them is in the way when those are made.
    theirs_in, ours_out = map(_high, os.pipe())
    ours_in, theirs_out = map(_high, os.pipe())
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, str(folder / "said.txt"), os.O_WRONLY | os.O_CREAT, 0o600),
        (os.POSIX_SPAWN_DUP2, theirs_in, _READ),
        (os.POSIX_SPAWN_DUP2, theirs_out, _WRITE),
    ]
    command = [program, *_FLAGS, f"--user-data-dir={folder / 'profile'}"]
    try:
        process = os.posix_spawnp(program, command, _environment(folder), file_actions=actions, setpgroup=0)
    except OSError as error:
        os.close(ours_in)
        os.close(ours_out)
        raise BrowserError(f"{program} could not be run ({error.strerror})") from error
    finally:
        os.close(theirs_in)
        os.close(theirs_out)
    return _Pipe(process, ours_in, ours_out, folder / "said.txt")


def _high(descriptor: int) -> int:
    """The same pipe's end by a number of ten or more, which a started program does not inherit."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return high


def _environment(folder: Path) -> Mapping[str, str]:
    fonts = font_settings(folder)
    return {**os.environ, **({"FONTCONFIG_FILE": str(fonts)} if fonts else {})}


@dataclass
class _Pipe:
    """Orders to one process, and what it says. A message of a tab carries the tab's session."""

    process: int
    read: int
    write: int
    said: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _rest: bytes = b""
    _heard: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, method: str, parameters: Mapping[str, Any] | None = None, session: str = "") -> Any:
        """Give an order; what came of it. Raises BrowserError."""
        number = next(self._numbers)
        order = {"id": number, "method": method, "params": dict(parameters or {})}
        self._send(order | ({"sessionId": session} if session else {}))
        answer = self._first(lambda message: message.get("id") == number, method)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def wait_for(self, event: str, parameters: Mapping[str, Any]) -> None:
        """Until it says so; it may have by now. Raises BrowserError."""
        wanted = parameters.items()
        self._first(lambda said: said.get("method") == event and wanted <= said["params"].items(), event)

    def forget(self) -> None:
        """What was said by now and not asked for, such as of an earlier page."""
        self._heard.clear()

    def close(self) -> None:
        """Ends the process, by force if it does not end by itself, and waits until it has."""
        with suppress(BrowserError):
            self._send({"id": next(self._numbers), "method": "Browser.close"})
            with suppress(_Ended):
                while True:
                    self._hear(monotonic() + 5)
        with suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.read)
        os.close(self.write)

    def _send(self, order: Mapping[str, Any]) -> None:
        rest = json.dumps(order).encode() + b"\0"
        try:
            while rest:
                rest = rest[os.write(self.write, rest) :]
        except BrokenPipeError as error:
            raise BrowserError(self._last_words()) from error

    def _first(self, wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        until = monotonic() + _PATIENCE
        while True:
            for place, message in enumerate(self._heard):
                if wanted(message):
                    return self._heard.pop(place)
            try:
                self._hear(until)
            except _Ended as error:
                raise BrowserError(f"{what}: {self._last_words()}") from error

    def _hear(self, until: float) -> None:
        """Reads what there is, or waits for it."""
        if not select.select([self.read], [], [], max(0.0, until - monotonic()))[0]:
            raise BrowserError("the browser does not answer")
        read = os.read(self.read, 1 << 20)
        if not read:
            raise _Ended
        *whole, self._rest = (self._rest + read).split(b"\0")
        self._heard += [json.loads(message) for message in whole]

    def _last_words(self) -> str:
        words = self.said.read_text(errors="replace").strip().splitlines() if self.said.exists() else []
        return "the browser ended" + (f": {words[-1][:300]}" if words else "")


class _Ended(Exception):
    """The browser's end of the pipe is closed."""
