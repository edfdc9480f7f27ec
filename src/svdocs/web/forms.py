"""A form as somebody sent it: what was typed, and what is wrong with it, kept together until it is right.

A handler asks for `Sent` and reads the fields from it; each reading notes what is wrong. The macros of
`templates/fields.html` show the fields as they were typed, each with what is wrong at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Depends
from starlette.requests import Request

from svdocs.errors import SvdocsError

E = TypeVar("E", bound=StrEnum)
MOST = Decimal(10**12)
"""Of a number in a form, in pounds or whatever unit; what is over it is a slip of the keyboard."""


class Form:
    """What was typed into a form's fields, and what is wrong.

    Attributes:
        errors: for each thing wrong the id of the field it stands at, and what to do about it.
        status: of HTTP, for the page that shows the errors.
    """

    def __init__(self, values: Mapping[str, str | Sequence[str]] | None = None) -> None:
        self._values = {n: [v] if isinstance(v, str) else list(v) for n, v in (values or {}).items()}
        self.errors: list[tuple[str, str]] = []
        self.status = 422

    def value(self, name: str) -> str:
        """Return what was typed, without the space around it.

        >>> Form({"title": " School meals "}).value("title"), Form().value("title")
        ('School meals', '')
        """
        return self._values.get(name, [""])[-1].strip()

    def all(self, name: str) -> list[str]:
        """Return every value of a field that may be chosen several times.

        >>> Form({"theme": ["1", "3"]}).all("theme")
        ['1', '3']
        """
        return [v for v in self._values.get(name, []) if v]

    def shown(self, name: str, default: object = None) -> str:
        """Return what the field shows: what was typed, also where that is nothing; else what the page begins with.

        >>> Form({"title": ""}).shown("title", "School meals"), Form().shown("title", "School meals"), Form().shown("x")
        ('', 'School meals', '')
        """
        if name in self._values:
            return self.value(name)
        return "" if default is None else str(default)

    def chosen(self, name: str, default: Sequence[object] = ()) -> list[str]:
        """Return which checkboxes are ticked: a form that was sent with none of them has none."""
        return self.all(name) if self._values else [str(d) for d in default]

    def needed(self, name: str, missing: str) -> str:
        """Return what was typed; where that is nothing, note what to do.

        >>> form = Form()
        >>> form.needed("title", "Enter the title"), form.errors
        ('', [('title', 'Enter the title')])
        """
        value = self.value(name)
        if not value:
            self.refuse(name, missing)
        return value

    def choice(self, name: str, of: type[E], missing: str = "") -> E | None:
        """Return what was chosen; where that is none of the choices, note what to do, if it is needed."""
        value = self.value(name)
        if value in set(of):
            return of(value)
        if missing or value:
            self.refuse(name, missing or "Select one of the choices")
        return None

    def number(self, name: str, missing: str = "", most: Decimal = MOST) -> Decimal | None:
        """Return a number as people type it, with commas, a pound sign or none, not further from nought than `most`.

        >>> Form({"value": "£1,250,000.50"}).number("value"), Form({"value": ""}).number("value")
        (Decimal('1250000.50'), None)
        >>> form = Form({"value": "a lot"})
        >>> form.number("value"), form.errors
        (None, [('value', 'Enter a number, such as 250000')])
        >>> form = Form({"value": "1e25"})
        >>> form.number("value"), form.errors
        (None, [('value', 'Enter a number of at most 1,000,000,000,000')])
        """
        typed = self.value(name).removeprefix("£").replace(",", "").strip()
        if not typed:
            if missing:
                self.refuse(name, missing)
            return None
        try:
            number = Decimal(typed)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self.refuse(name, "Enter a number, such as 250000")
            return None
        if abs(number) > most:
            self.refuse(name, f"Enter a number of at most {most:,}")
            return None
        return number

    def day(self, name: str, missing: str = "") -> date | None:
        """Return a date from its three fields for day, month and year.

        >>> Form({"starts-day": "1", "starts-month": "4", "starts-year": "2027"}).day("starts")
        datetime.date(2027, 4, 1)
        >>> form = Form({"starts-day": "31", "starts-month": "2", "starts-year": "2027"})
        >>> form.day("starts"), form.errors
        (None, [('starts-day', 'Enter a date that there is, such as 27 3 2027')])
        """
        typed = [self.value(f"{name}-{part}") for part in ("year", "month", "day")]
        if not any(typed):
            if missing:
                self.refuse(f"{name}-day", missing)
            return None
        try:
            return date(*(int(t) for t in typed))
        except (ValueError, OverflowError):
            self.refuse(f"{name}-day", "Enter a date that there is, such as 27 3 2027")
            return None

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong at a field, and what to do about it."""
        self.errors.append((name, message))

    @contextmanager
    def taking(self, name: str) -> Iterator[None]:
        """Note at a field what the records refuse.

        >>> from svdocs.errors import UsageError
        >>> form = Form({"title": "x"})
        >>> with form.taking("title"):
        ...     raise UsageError("There is one of this title; choose another.")
        >>> form.errors, form.status
        ([('title', 'There is one of this title; choose another.')], 422)
        """
        try:
            yield
        except SvdocsError as error:
            self.refuse(name, str(error))
            self.status = error.http_status

    def error_of(self, name: str) -> str:
        """Return what is wrong at a field, or at one of the parts of a date."""
        parts = {name, f"{name}-day", f"{name}-month", f"{name}-year"}
        return " ".join(message for field, message in self.errors if field in parts)


async def read_form(request: Request) -> Form:
    """Return the form that a request brings; files in it are left to those who take them."""
    sent = await request.form()
    values: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value)
    return Form(values)


Sent = Annotated[Form, Depends(read_form)]
