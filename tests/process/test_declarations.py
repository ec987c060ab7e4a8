"""What the workflows ask for is what the service does: one implementation per declaration, of the same messages."""

from inspect import getmembers, iscoroutinefunction
from typing import Any, get_type_hints

import pytest
from temporalio import activity

from service.activities import PROCESS, does, drawers
from service.drawing import Drawing
from workflows import activities as declared
from workflows.messages import Answer, Close


def name(act: Any) -> str:
    found = activity._Definition.from_callable(act)
    assert found is not None
    return str(found.name)


DECLARED = {name(act): act for _, act in getmembers(declared, iscoroutinefunction)}


def test_one_to_one() -> None:
    done = [name(act) for act in (*PROCESS, *drawers(Drawing()))]
    assert sorted(done) == sorted(DECLARED)


@pytest.mark.parametrize("act", [*PROCESS, *drawers(Drawing())], ids=name)
def test_same_messages(act: Any) -> None:
    hints, wanted = get_type_hints(act), get_type_hints(DECLARED[name(act)])
    assert list(hints.values()) == list(wanted.values())
    found = activity._Definition.from_callable(act)
    assert found is not None
    assert found.arg_types == [hints["m"]]
    assert found.ret_type is hints["return"]


def test_another_signature_is_refused() -> None:
    async def look(m: Close) -> Answer:
        raise NotImplementedError

    with pytest.raises(TypeError, match="does not have the signature of the activity look"):
        does(declared.look)(look)  # type: ignore[arg-type]
