from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from dashgen.interrupts import certain_interrupts


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_ends_the_block_and_the_old_handlers_are_back() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)
    with pytest.raises(KeyboardInterrupt), certain_interrupts():
        press()
        time.sleep(5)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)) == before
    assert signal.setitimer(signal.ITIMER_REAL, 0) == (0.0, 0.0)


def test_it_waits_until_an_import_is_out_of_the_way() -> None:
    steps: list[str] = []
    importing = compile("press()\nfor _ in range(1000): pass\nsteps.append('imported')", "<frozen importlib.x>", "exec")
    with pytest.raises(KeyboardInterrupt), certain_interrupts():
        exec(importing, {"press": press, "steps": steps})
        time.sleep(5)
        steps.append("slept")
    assert steps == ["imported"]


SWALLOWED = """
import os, signal, time
from dashgen import interrupts
interrupts.PATIENCE = 0.2
with interrupts.certain_interrupts():
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    except KeyboardInterrupt:
        time.sleep(20)
"""


def test_an_interrupt_that_got_lost_ends_the_program() -> None:
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", SWALLOWED], capture_output=True)
    assert (ended.returncode, ended.stderr) == (130, b"")
    assert time.monotonic() - began < 10


def test_other_threads_are_left_alone() -> None:
    found: list[bool] = []

    def work() -> None:
        with certain_interrupts():
            found.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [True]
