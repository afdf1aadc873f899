"""Ctrl-C and the polite request to end, neither of which is ever lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

PATIENCE = 2.0
"""Seconds that an interrupted program has to clear up."""

_SOON = 0.01


class _Interrupt:
    """Raises KeyboardInterrupt, but not inside of an import.

    There it can be raised in a callback, which ignores it, leave a lock taken that another thread waits for, or break
    an extension that is being set up. Such a moment is short: the interrupt comes again right after it.
    """

    def __init__(self) -> None:
        self.waits, self.raised = 0, False
        self.asked = signal.SIGINT
        """By which signal; SIGALRM only repeats it."""

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.raised and number == signal.SIGALRM:
            os._exit(self.exit_code)
        if number == signal.SIGTERM:
            self.asked = signal.SIGTERM
        if _is_importing(frame) and self.waits * _SOON < PATIENCE:
            self.waits += 1
            signal.setitimer(signal.ITIMER_REAL, _SOON)
            return
        self.raised = True
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        raise KeyboardInterrupt

    @property
    def exit_code(self) -> int:
        """As a shell reports a program that a signal ended."""
        return 128 + self.asked


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


@contextmanager
def certain_interrupts() -> Iterator[None]:
    """An interrupt ends the block, or else the program. SIGTERM ends the block first and then the program.

    Does nothing outside the main thread and on Windows.
    """
    if not hasattr(signal, "setitimer") or current_thread() is not main_thread():
        yield
        return
    handler = _Interrupt()
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    try:
        yield
    except KeyboardInterrupt:
        if handler.asked != signal.SIGTERM:
            raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, action in before.items():
            signal.signal(number, action)
    if handler.asked == signal.SIGTERM:
        signal.raise_signal(signal.SIGTERM)
        raise SystemExit(handler.exit_code)
