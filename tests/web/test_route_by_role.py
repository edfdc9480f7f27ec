"""Every route lets in whom the table of rights lets in, and nobody else."""

from __future__ import annotations

from pathlib import Path

from tests.web.personas import open_cast
from tests.web.route_by_role import WHO, make_table


def test_every_route_answers_everybody_as_the_table_of_rights_says(tmp_path: Path) -> None:
    with open_cast(tmp_path) as cast:
        rows = make_table(cast)
    wrong = {
        (row.method, row.path, who): f"{row.answered[who].value}, not {row.expected[who].value}"
        for row in rows
        for who in WHO
        if row.answered[who] != row.expected[who]
    }
    assert wrong == {}
    assert len(rows) > 80
