from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from dashgen.interrupts import certain_interrupts

PRESS = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\n"


def run(code: str, name: str, steps: list[str]) -> None:
    """Runs code as if it stood in the file `name`, and then sleeps."""
    with certain_interrupts():
        exec(compile(PRESS + code, name, "exec"), {"steps": steps})
        time.sleep(5)
        steps.append("slept")


def test_an_interrupt_ends_the_block_and_the_old_handlers_are_back() -> None:
    before, steps = (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)), list[str]()
    with pytest.raises(KeyboardInterrupt):
        run("time.sleep(5)\nsteps.append('went on')", "module.py", steps)
    assert steps == []
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)) == before
    assert signal.setitimer(signal.ITIMER_REAL, 0) == (0.0, 0.0)


def test_it_waits_until_an_import_is_out_of_the_way() -> None:
    steps = list[str]()
    with pytest.raises(KeyboardInterrupt):
        run("time.sleep(0.05)\nsteps.append('imported')", "<frozen importlib._bootstrap>", steps)
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
