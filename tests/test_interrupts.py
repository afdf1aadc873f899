from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from dashgen.interrupts import certain_interrupts

PRESS = "import os, signal, time\nos.kill(os.getpid(), number)\n"


def run(code: str, name: str, steps: list[str], number: signal.Signals = signal.SIGINT) -> None:
    """Runs code as if it stood in the file `name`, and then sleeps."""
    with certain_interrupts():
        try:
            exec(compile(PRESS + code, name, "exec"), {"steps": steps, "number": number})
            time.sleep(5)
            steps.append("slept")
        finally:
            steps.append("cleared up")


def test_an_interrupt_ends_the_block_and_the_old_handlers_are_back() -> None:
    before, steps = (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)), list[str]()
    with pytest.raises(KeyboardInterrupt):
        run("time.sleep(5)\nsteps.append('went on')", "module.py", steps)
    assert steps == ["cleared up"]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)) == before
    assert signal.setitimer(signal.ITIMER_REAL, 0) == (0.0, 0.0)


def test_a_request_to_end_is_done_once_all_is_cleared_up() -> None:
    steps = list[str]()
    before = signal.signal(signal.SIGTERM, lambda *_: steps.append("asked again"))
    try:
        with pytest.raises(SystemExit) as ended:
            run("time.sleep(5)", "module.py", steps, signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (ended.value.code, steps) == (143, ["cleared up", "asked again"])


def test_it_waits_until_an_import_is_out_of_the_way() -> None:
    steps = list[str]()
    with pytest.raises(KeyboardInterrupt):
        run("time.sleep(0.05)\nsteps.append('imported')", "<frozen importlib._bootstrap>", steps)
    assert steps == ["imported", "cleared up"]


EXTENSION = """
def set_up():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.05)
    steps.append("set up")
"""


def test_it_waits_for_what_an_import_runs_too() -> None:
    """An extension may call Python while it is set up."""
    steps = list[str]()
    known: dict[str, Any] = {"steps": steps, "os": os, "signal": signal, "time": time}
    exec(compile(EXTENSION, "extension.py", "exec"), known)
    importing = compile("set_up()", "<frozen importlib._bootstrap>", "exec")

    def load() -> None:
        exec(importing, known)
        time.sleep(5)

    with pytest.raises(KeyboardInterrupt), certain_interrupts():
        load()
    assert steps == ["set up"]


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


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_an_interrupt_that_got_lost_ends_the_program(name: str, code: int) -> None:
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", SWALLOWED.replace("SIGINT", name)], capture_output=True)
    assert (ended.returncode, ended.stderr) == (code, b"")
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
