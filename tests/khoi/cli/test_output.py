"""Text of a sender is text on the console: never markup, an emoji code or a control sequence."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoi.cli import output

PAYLOADS = ["[/red]markup[/bold]", "[link=http://x]y[/link]", ":smile:", "\x1b[31mĐỎ\x07", "\u202eRTL", "[red]"]


def printed(monkeypatch: pytest.MonkeyPatch, *objects: object, style: str | None = None) -> str:
    told = io.StringIO()
    monkeypatch.setattr(output, "out", output.PlainConsole(file=told, width=160))
    for one in objects:
        if isinstance(one, pd.DataFrame):
            output.table(one, {"text": "Nội dung"}, "[/red]\x1b")
        else:
            output.out.print(one, style=style)
    return told.getvalue()


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_cell_in_a_table_and_in_a_line_is_printed_as_it_stands(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(monkeypatch, pd.DataFrame({"text": [text]}), text, style="bold")
    assert told.count(output.visible(text)) == 2
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "[/red]\\u001b" in told


@given(st.text(max_size=40))
def test_any_text_can_be_printed(text: str) -> None:
    told = io.StringIO()
    output.PlainConsole(file=told, width=20).print(text)
    assert told.getvalue().encode()
    assert told.getvalue().count("\n") == output.visible(text).count("\n") + 1, "no line is broken"


def test_a_clerk_reads_states_and_severities_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(output, "out", output.PlainConsole(file=written, width=120))
    frame = pd.DataFrame({"severity": ["hard", None], "state": ["returned", "of_ours"], "rule_id": ["hard", "x"]})
    output.table(frame, {"severity": "Mức", "state": "Trạng thái", "rule_id": "Quy tắc"})
    told = written.getvalue()
    assert "Lỗi phải sửa" in told
    assert "Trả lại để sửa" in told
    assert "of_ours" in told  # a code without words stands for itself
    assert told.count("hard") == 1  # of the rule, which is no severity


def test_numbers_stand_at_the_right_and_texts_at_the_left(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(output, "out", output.PlainConsole(file=written, width=120))
    output.table(pd.DataFrame({"text": ["a", "bbbb"], "count": [1, 4444]}), {"text": "Nội dung", "count": "Số lượng"})
    (row,) = (line for line in written.getvalue().splitlines() if " a " in line)
    assert [cell for cell in row.split("│") if cell] == [" a        ", "        1 "]
