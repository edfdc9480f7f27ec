"""The frameworks of themes and measures, shipped and imported, for programs."""

from __future__ import annotations

from pydantic import BaseModel, Field

from svdocs.errors import NotFound
from svdocs.frameworks.framework import Confidence, Framework, Measure, MeasureKind, Status, Support, Theme
from svdocs.frameworks.load import load_frameworks
from svdocs.records.people_tables import Scope
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs_scope

router = api_router("frameworks")


class SupportBody(BaseModel):
    """What a piece of a framework rests on."""

    source: str
    publisher: str
    confidence: Confidence
    confirmed: bool = Field(description="Whether a publication bears it out; else it is shown as unconfirmed.")


class ThemeBody(BaseModel):
    """A theme, outcome or priority that a statement may be coded to."""

    code: str
    label: str
    description: str
    parent: str | None
    mandatory: bool
    suggested: bool
    support: SupportBody


class MeasureBody(BaseModel):
    """A measure that a quantity may be counted under."""

    code: str
    theme: str
    label: str
    description: str
    unit: str
    kind: MeasureKind
    suggested: bool
    support: SupportBody


class FrameworkBody(BaseModel):
    """One edition of a framework."""

    key: str
    title: str
    edition: str
    publisher: str
    licence: str
    status: Status
    theme_word: str = Field(description="What the framework calls its themes.")
    measures: int
    themes: list[ThemeBody]


@router.get("/frameworks", dependencies=[needs_scope(Scope.read)])
def list_frameworks(here: AtHand, asked: PageAsked) -> Page[FrameworkBody]:
    """Return the frameworks with their themes, by key."""
    return asked.page_of(_all(here).values(), lambda f: (f.key,), framework_body)


@router.get("/frameworks/{key}", dependencies=[needs_scope(Scope.read)])
def show_framework(here: AtHand, key: str) -> FrameworkBody:
    """Return one framework with its themes."""
    return framework_body(_framework(here, key))


@router.get("/frameworks/{key}/measures", dependencies=[needs_scope(Scope.read)])
def list_measures(here: AtHand, key: str, asked: PageAsked, theme: str | None = None) -> Page[MeasureBody]:
    """Return the measures of a framework, by code; of one theme if you name it."""
    found = [m for m in _framework(here, key).measures if theme in (None, m.theme)]
    return asked.page_of(found, lambda m: (m.code,), _measure_body)


def framework_body(framework: Framework) -> FrameworkBody:
    """Return a framework as the interface gives it."""
    return FrameworkBody(
        key=framework.key, title=framework.title, edition=framework.edition, publisher=framework.publisher,
        licence=framework.licence, status=framework.status, theme_word=framework.theme_word,
        measures=len(framework.measures), themes=[_theme_body(t) for t in framework.themes],
    )  # fmt: skip


def _theme_body(theme: Theme) -> ThemeBody:
    return ThemeBody(
        code=theme.code, label=theme.label, description=theme.description, parent=theme.parent,
        mandatory=theme.mandatory, suggested=theme.suggested, support=_support_body(theme.support),
    )  # fmt: skip


def _measure_body(measure: Measure) -> MeasureBody:
    return MeasureBody(
        code=measure.code, theme=measure.theme, label=measure.label, description=measure.description,
        unit=measure.unit.label, kind=measure.kind, suggested=measure.suggested,
        support=_support_body(measure.support),
    )  # fmt: skip


def _support_body(support: Support) -> SupportBody:
    return SupportBody(
        source=support.source.title, publisher=support.source.publisher, confidence=support.confidence,
        confirmed=support.confirmed,
    )  # fmt: skip


def _all(here: Here) -> dict[str, Framework]:
    return load_frameworks(*here.settings.frameworks_folders)


def _framework(here: Here, key: str) -> Framework:
    found = _all(here).get(key)
    if found is None:
        raise NotFound(f"There is no framework {key[:64]!r}; list them to find its key.")
    return found
