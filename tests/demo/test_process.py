"""The server's process: it starts, says where it is, and never outlives the demo."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from pygen.demo.errors import DemoError
from pygen.demo.process import local_server

LISTENS = "print('a word before'); print('Listening on http://127.0.0.1:1', flush=True);"
WAITS = "import signal; signal.pause()"
TELLS = f"import os; open(r'{{folder}}/pid', 'w').write(str(os.getpid())); {LISTENS} {WAITS}"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_runs_while_the_block_does_and_is_gone_afterwards() -> None:
    with local_server(command=python(TELLS)) as server:
        assert server.base_url == "http://127.0.0.1:1"
        pid = int((server.folder / "pid").read_text())
        assert not is_gone(pid)
    assert is_gone(pid)
    assert not server.folder.exists()


def test_it_is_gone_after_an_error_too() -> None:
    with pytest.raises(RuntimeError), local_server(command=python(LISTENS + WAITS)) as server:
        raise RuntimeError
    assert not server.folder.exists()


def test_one_that_will_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pygen.demo.process._PATIENCE", 0.1)
    deaf = f"import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid()); {LISTENS}"
    with local_server(command=python(f"{deaf} [signal.pause() for _ in iter(int, 1)]")) as server:
        pass
    assert not server.folder.exists()


def test_what_it_wrote_is_shown_when_it_fails() -> None:
    fails = "import sys; sys.stderr.write('the port is taken\\n'); sys.exit(2)"
    with pytest.raises(DemoError, match=r"ended before it listened; it wrote:\nthe port is taken"):
        local_server(command=python(fails)).__enter__()
    with pytest.raises(DemoError, match="it wrote nothing"):
        local_server(command=python("pass")).__enter__()


def test_it_does_not_wait_for_ever() -> None:
    with pytest.raises(DemoError, match=r"did not start within 0.1 s"):
        local_server(command=python(WAITS), timeout=0.1).__enter__()


def test_a_command_that_does_not_exist_is_an_error_of_ours() -> None:
    with pytest.raises(DemoError, match="cannot be started"):
        local_server(command=["no-such-program-anywhere"]).__enter__()


def test_a_server_that_prints_a_lot_is_read_on(tmp_path: Path) -> None:
    done = tmp_path / "done"
    chatty = f"{LISTENS} [print('x' * 1000) for _ in range(1000)]; open(r'{done}.part', 'w').close(); import os; os.rename(r'{done}.part', r'{done}'); {WAITS}"
    with local_server(command=python(chatty)):
        waits = f"import pathlib, time\nwhile not pathlib.Path(r'{done}').exists(): time.sleep(0.01)"
        subprocess.run(python(waits), timeout=20, check=True)


STORY = textwrap.dedent(
    """
    import sys, signal, anyio
    from pygen.demo.process import local_server

    async def story(server):
        print(server.folder, (server.folder / "pid").read_text(), flush=True)
        await anyio.sleep(60)

    server = [sys.executable, "-c", sys.argv[1]]
    with local_server(command=server) as running:
        if sys.argv[2] == "async":
            anyio.run(story, running)
        else:
            print(running.folder, (running.folder / "pid").read_text(), flush=True)
            while True:
                signal.pause()
    """
)


@pytest.mark.parametrize("way", ["async", "plain"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("times", [1, 3])
def test_signals_to_the_whole_group_leave_nothing_behind(way: str, number: signal.Signals, times: int) -> None:
    story = subprocess.Popen(
        [sys.executable, "-c", STORY, TELLS, way],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert story.stdout is not None
    folder, pid = story.stdout.readline().split()
    for _ in range(times):
        os.killpg(story.pid, number)
    _, errors = story.communicate(timeout=30)
    assert not Path(folder).exists()
    assert is_gone(int(pid))
    wanted = -signal.SIGINT if number == signal.SIGINT else 128 + number
    assert story.returncode == wanted, errors


@pytest.mark.parametrize("way", ["async", "plain"])
def test_it_ends_in_the_background_of_a_script_too(way: str) -> None:
    """Where shells have it ignore SIGINT."""
    ignoring = f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{STORY}"
    story = subprocess.Popen(
        [sys.executable, "-c", ignoring, TELLS, way],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert story.stdout is not None
    folder, *_ = story.stdout.readline().split()
    story.terminate()
    _, errors = story.communicate(timeout=30)
    assert not Path(folder).exists()
    assert story.returncode == 128 + signal.SIGTERM, errors


def test_handlers_are_as_they_were() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with local_server(command=python(LISTENS + WAITS)):
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


def test_a_thread_that_gets_no_signals_can_use_it_too() -> None:
    import threading

    folders = []

    def work() -> None:
        with local_server(command=python(LISTENS + WAITS)) as server:
            folders.append(server.folder)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert not folders[0].exists()
