"""Drawing in processes: what fails or dies there is told here, and the next document is drawn all the same."""

import asyncio
import os
import signal
import time

import pytest

from service import drawing
from service.drawing import Drawing, DrawingError


def upper(text: str) -> bytes:
    return text.upper().encode()


def fail(text: str) -> bytes:
    raise ValueError(f"cannot draw {text}")


def die(text: str) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def take_all_memory(text: str) -> bytes:
    return text.encode() * 3 * 1024**3


def last_for_ever(text: str) -> bytes:
    time.sleep(600)
    return b""


def tell_niceness(_: str) -> bytes:
    return str(os.nice(0)).encode()


async def test_drawing_comes_after_everything_else() -> None:
    draw = Drawing(1)
    try:
        assert int(await draw(tell_niceness, "")) == min(os.nice(0) + drawing.LAST, 19)
    finally:
        draw.close()


async def test_a_failure_is_told_without_the_text() -> None:
    draw = Drawing(1)
    try:
        with pytest.raises(DrawingError) as failed:
            await draw(fail, "Zoé Martin")
        assert str(failed.value) == "fail: ValueError"
        assert await draw(upper, "après") == "APRÈS".encode()
    finally:
        draw.close()


async def test_a_dead_process_is_replaced() -> None:
    draw = Drawing(1)
    try:
        with pytest.raises(DrawingError, match="died"):
            await draw(die, "x")
        assert await draw(upper, "x") == b"X"
    finally:
        draw.close()


async def test_what_takes_too_much_memory_is_refused_it() -> None:
    draw = Drawing(1)
    try:
        with pytest.raises(DrawingError, match="take_all_memory: MemoryError"):
            await draw(take_all_memory, "x")
        assert await draw(upper, "x") == b"X"
    finally:
        draw.close()


async def test_what_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LONGEST", 2.0)
    draw = Drawing(1)
    try:
        with pytest.raises(DrawingError, match="more than 2 s"):
            await draw(last_for_ever, "x")
        monkeypatch.undo()
        assert await draw(upper, "x") == b"X"
    finally:
        draw.close()


async def test_closing_in_the_middle_of_a_drawing() -> None:
    draw = Drawing(1)
    running = asyncio.create_task(draw(last_for_ever, "x"))
    await asyncio.sleep(1)
    running.cancel()
    began = time.monotonic()
    draw.close()
    assert time.monotonic() - began < 30
    with pytest.raises(asyncio.CancelledError):
        await running
