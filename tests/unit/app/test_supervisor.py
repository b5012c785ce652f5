"""The supervisor with real, tiny children. It runs in a process of its own where signals matter."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.child import Backoff, Child, ChildSpec, LineLog, describe_exit
from app.instance import find_state
from app.lifeline import session_members
from app.supervisor import StartFailed, Supervisor

PATIENCE_S = 15.0
"""Longest wait for a condition; generous, since the machine may be busy."""

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def make_spec(code: str, **facts: object) -> ChildSpec:
    return ChildSpec(name=str(facts.pop("name", "child")), command=(sys.executable, "-c", code), **facts)  # type: ignore[arg-type]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Owner:
    """Makes children, collects what they say, and ends them with the test."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.lines: list[str] = []
        self.clock = Clock()
        self.children: list[Child] = []

    def start(self, spec: ChildSpec) -> Child:
        log = LineLog(self.home / f"{spec.name}.log")
        child = Child(spec, log=log, say=lambda _name, line: self.lines.append(line), clock=self.clock)
        self.children.append(child)
        child.start()
        return child

    def tend_until(self, child: Child, condition: Callable[[], object]) -> None:
        def turn() -> object:
            child.tend()
            return condition()

        wait_for(turn)


@pytest.fixture
def no_child_is_left() -> Iterator[None]:
    """Compares this process' children before and after the test."""
    before = set(psutil.Process().children())
    yield
    assert set(psutil.Process().children()) <= before


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    owner = Owner(tmp_path)
    yield owner
    for child in owner.children:
        child.kill()
        child.close()


def test_delays_double_to_five_seconds_and_begin_anew_after_a_healthy_life() -> None:
    backoff = Backoff()
    delays = [backoff.after_exit(1.0) for _ in range(7)]
    assert delays == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert backoff.after_exit(30.0) == 0.2
    assert backoff.failures == 1


def test_a_crashed_child_is_started_again_when_its_delay_is_over(owner: Owner) -> None:
    child = owner.start(make_spec(SLEEPER))
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    owner.tend_until(child, lambda: child.pid is None)
    child.tend()
    assert child.pid is None
    owner.clock.now += 0.3
    child.tend()
    assert child.pid not in (None, first)
    assert owner.lines[-1] == "Ended unexpectedly (signal SIGKILL); starting again in 0.2 s."


def test_output_reaches_console_and_log_file_line_by_line(owner: Owner) -> None:
    code = "import sys; print('one\\ntwo'); sys.stderr.write('no end of line')"
    child = owner.start(make_spec(code, runs_once=True))
    owner.tend_until(child, lambda: child.exit_code is not None)
    assert owner.lines == ["one", "two", "no end of line"]
    logged = (owner.home / "child.log").read_text(encoding="utf-8").splitlines()
    assert [line.split(" ", 1)[1] for line in logged] == owner.lines


def test_a_quiet_child_writes_to_its_log_alone(owner: Owner) -> None:
    child = owner.start(make_spec("print('chatter'); raise SystemExit(1)", runs_once=True, is_quiet=True))
    owner.tend_until(child, lambda: child.exit_code is not None)
    assert owner.lines == ["Ended unexpectedly (code 1)."]
    assert list(child.recent_lines) == ["chatter", "Ended unexpectedly (code 1)."]


def test_bytes_that_are_not_text_do_not_stop_the_log(owner: Owner) -> None:
    child = owner.start(make_spec("import os; os.write(1, b'\\xff\\xfe!\\n')", runs_once=True))
    owner.tend_until(child, lambda: child.exit_code is not None)
    assert owner.lines == ["\ufffd\ufffd!"]


def test_a_step_that_runs_once_is_not_started_again(owner: Owner) -> None:
    child = owner.start(make_spec("raise SystemExit(3)", runs_once=True))
    owner.tend_until(child, lambda: child.exit_code is not None)
    owner.clock.now += 60
    child.tend()
    assert (child.pid, child.exit_code) == (None, 3)
    assert owner.lines == ["Ended unexpectedly (code 3)."]


def test_a_program_that_does_not_exist_is_tried_again_later(owner: Owner) -> None:
    child = owner.start(ChildSpec(name="child", command=("/nonexistent/program",)))
    assert child.pid is None
    assert child.backoff.failures == 1
    owner.clock.now += 1
    child.tend()
    assert child.backoff.failures == 2


def test_what_a_dead_child_leaves_in_its_session_is_killed_even_in_another_process_group(owner: Owner) -> None:
    code = """
        import os, time
        if os.fork() == 0:
            os.setpgid(0, 0)
            print(os.getpid(), flush=True)
        time.sleep(600)
    """
    child = owner.start(make_spec(textwrap.dedent(code)))
    owner.tend_until(child, lambda: owner.lines)
    leader, horse = child.pid, int(owner.lines[0])
    assert leader is not None
    assert set(session_members(leader)) == {leader, horse}
    os.kill(leader, signal.SIGKILL)
    owner.tend_until(child, lambda: child.pid is None)
    wait_for(lambda: not is_alive(horse))


def test_a_long_log_is_rotated_and_bounded(tmp_path: Path) -> None:
    log = LineLog(tmp_path / "child.log")
    log.maxBytes = 1000
    for number in range(200):
        log.write(f"line {number}")
    log.close()
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sorted(sizes) == ["child.log", "child.log.1", "child.log.2", "child.log.3"]
    assert max(sizes.values()) <= 1000
    assert (tmp_path / "child.log").read_text(encoding="utf-8").endswith("line 199\n")


@pytest.mark.parametrize(
    ("exit_code", "words"), [(0, "code 0"), (1, "code 1"), (-9, "signal SIGKILL"), (-99, "signal 99")]
)
def test_exits_are_described_in_words(exit_code: int, words: str) -> None:
    assert describe_exit(exit_code) == words


@pytest.mark.usefixtures("no_child_is_left")
def test_a_part_that_keeps_ending_is_reported_with_its_last_lines(tmp_path: Path) -> None:
    broken = make_spec("print('bad option'); raise SystemExit(1)", name="web", is_ready=lambda: False, hint="Mend it.")
    supervisor = Supervisor([[make_spec(SLEEPER, name="redis")], [broken]], home=tmp_path, url="http://x")
    with pytest.raises(StartFailed) as caught:
        supervisor.run()
    assert caught.value.message.startswith("Praxis cannot start: web ended 4 times in a row. Its last lines:")
    assert "    bad option" in caught.value.message
    assert caught.value.hint == f"Mend it. All of its log: {tmp_path / 'logs' / 'web.log'}"


@pytest.mark.usefixtures("no_child_is_left")
def test_a_failed_step_of_the_start_stops_what_was_started(tmp_path: Path) -> None:
    step = make_spec("raise SystemExit('no such database')", name="schema", runs_once=True)
    supervisor = Supervisor([[make_spec(SLEEPER, name="redis")], [step]], home=tmp_path, url="http://x")
    with pytest.raises(StartFailed, match="schema ended with an error"):
        supervisor.run()


@pytest.mark.usefixtures("no_child_is_left")
def test_a_part_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    slow = make_spec(SLEEPER, name="web", is_ready=lambda: False, timeout_s=0.3)
    with pytest.raises(StartFailed, match=r"web did not get ready within 0\.3 s"):
        Supervisor([[slow]], home=tmp_path, url="http://x").run()


class Running:
    """A supervisor in a process of its own."""

    def __init__(self, home: Path, *codes: str, grace_s: float = 5.0) -> None:
        self.home = home
        script = f"""
            import sys
            from pathlib import Path
            from app.child import ChildSpec
            from app.supervisor import Supervisor

            stages = [
                [ChildSpec(name=f"child-{{number}}", command=(sys.executable, "-c", code), grace_s={grace_s})]
                for number, code in enumerate({codes!r}, start=1)
            ]
            Supervisor(stages, home=Path({str(home)!r}), url="http://127.0.0.1:1").run()
        """
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # A program that was started to survive a closed terminal hands that on; here each signal must count.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
        self.output: list[str] = []

    def read_until(self, text: str) -> None:
        """Read lines until ``text`` was seen in one of them."""
        assert self.process.stdout is not None
        while not any(text in line for line in self.output):
            line = self.process.stdout.readline()
            assert line, "".join(self.output)
            self.output.append(line)

    @property
    def children(self) -> dict[str, int]:
        state = find_state(self.home)
        return dict(state.children) if state is not None else {}

    def finish(self) -> int:
        assert self.process.stdout is not None
        self.output += self.process.stdout.readlines()
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*codes: str, grace_s: float = 5.0) -> Running:
        running = Running(tmp_path, *codes, grace_s=grace_s)
        started.append(running)
        return running

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()
        assert running.process.stdout is not None
        running.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_child_with_exit_code_zero(run: Callable[..., Running], number: signal.Signals) -> None:
    running = run(SLEEPER, SLEEPER)
    running.read_until("Praxis is ready at http://127.0.0.1:1")
    pids = list(running.children.values())
    running.process.send_signal(number)
    assert running.finish() == 0
    assert [is_alive(pid) for pid in pids] == [False, False]


def test_children_end_in_the_reverse_order_of_their_start(run: Callable[..., Running], tmp_path: Path) -> None:
    farewell = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n"
        "    with pathlib.Path({path!r}).open('a') as file: file.write({name!r})\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(600)"
    )
    path = str(tmp_path / "order")
    running = run(farewell.format(path=path, name="redis "), farewell.format(path=path, name="web "))
    running.read_until("child-2 | up")
    running.process.send_signal(signal.SIGTERM)
    assert running.finish() == 0
    assert Path(path).read_text(encoding="utf-8") == "web redis "


def test_a_child_that_ignores_sigterm_is_killed_after_its_grace(run: Callable[..., Running]) -> None:
    running = run(STUBBORN, grace_s=0.3)
    running.read_until("child-1 | up")
    pid = running.children["child-1"]
    running.process.send_signal(signal.SIGTERM)
    assert running.finish() == 0
    assert not is_alive(pid)


def test_a_second_ctrl_c_does_not_wait_for_the_grace(run: Callable[..., Running]) -> None:
    running = run(STUBBORN, grace_s=600)
    running.read_until("child-1 | up")
    running.process.send_signal(signal.SIGINT)
    running.read_until("press Ctrl-C again")
    running.process.send_signal(signal.SIGINT)
    assert running.finish() == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere only our own processes watch their parent")
def test_killing_the_supervisor_leaves_no_child(run: Callable[..., Running]) -> None:
    running = run(SLEEPER, STUBBORN)
    running.read_until("child-2 | up")
    pids = list(running.children.values())
    assert len(pids) == 2
    running.process.kill()
    wait_for(lambda: not any(is_alive(pid) for pid in pids))


def test_what_a_child_forks_dies_with_a_killed_supervisor(run: Callable[..., Running]) -> None:
    worker = """
        import os, time
        from app.lifeline import tie_to_supervisor
        tie_to_supervisor()
        if os.fork() == 0:
            os.setpgid(0, 0)
            print("horse", os.getpid(), flush=True)
        time.sleep(600)
    """
    running = run(textwrap.dedent(worker))
    running.read_until("horse")
    horse = int(running.output[-1].split()[-1])
    running.process.kill()
    wait_for(lambda: not is_alive(horse))


def test_the_state_file_names_living_children_and_follows_a_restart(run: Callable[..., Running]) -> None:
    running = run(SLEEPER, SLEEPER)
    running.read_until("Praxis is ready")
    before = running.children
    state = json.loads((running.home / "instance.json").read_text(encoding="utf-8"))
    assert state == {"pid": running.process.pid, "url": "http://127.0.0.1:1", "children": before}
    os.kill(before["child-2"], signal.SIGKILL)
    wait_for(lambda: running.children.get("child-2") not in (None, before["child-2"]))
    assert running.children["child-1"] == before["child-1"]


def test_a_closed_terminal_does_not_end_the_instance(run: Callable[..., Running]) -> None:
    running = run("import time\nwhile True: print('tick', flush=True); time.sleep(0.01)")
    running.read_until("tick")
    assert running.process.stdout is not None
    running.process.stdout.close()
    log = running.home / "logs" / "child-1.log"
    size = log.stat().st_size
    wait_for(lambda: log.stat().st_size > size + 2000)
    assert running.process.poll() is None
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(PATIENCE_S) == 0
