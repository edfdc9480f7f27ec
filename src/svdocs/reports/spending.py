"""What an authority spent in a financial year: local, with small firms, with the voluntary sector; and what is unknown.

A share is printed with the definition that it was counted by and with the spend of which nobody knows whether it
belongs to it; both stand in the same value here, so that no report can show the one without the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from svdocs.frameworks.local import LocalTest, describe_local
from svdocs.frameworks.shares import ShareDefinitions
from svdocs.frameworks.supplier_kinds import Answer, Known, SupplierFacts, is_local, is_local_by_any, is_sme, is_vcse
from svdocs.records.spend import Spend, SupplierSpend
from svdocs.records.spend_tables import SpendFile
from svdocs.records.store import Store


class ShareKind(StrEnum):
    """What a share is of."""

    local = "local"
    """By any of the tests that the definition counts."""
    local_head_office = "local_head_office"
    local_branch = "local_branch"
    sme = "sme"
    vcse = "vcse"


SHARE_LABELS = {
    ShareKind.local: "Local",
    ShareKind.local_head_office: "Local by head office alone",
    ShareKind.local_branch: "Local by a branch alone",
    ShareKind.sme: "Small and medium-sized firms (SME)",
    ShareKind.vcse: "Voluntary, community and social enterprise (VCSE)",
}


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a year's spend, with its definition and its unknowns.

    Attributes:
        kind: what it is of.
        definition: in one sentence, to be printed beside it.
        amount_gbp: spend with suppliers that belong to it.
        outside_gbp: with suppliers that do not.
        unknown_gbp: with suppliers of which nobody knows.
        suppliers: how many belong to it.
        unknown_suppliers: of how many nobody knows.
        reasons: why it is not known, with the spend for each reason, most first.
        keys: the suppliers that belong to it, by which the figure can be traced.
        unknown_keys: those of which nobody knows.
    """

    kind: ShareKind
    definition: str
    amount_gbp: Decimal
    outside_gbp: Decimal
    unknown_gbp: Decimal
    suppliers: int
    unknown_suppliers: int
    reasons: tuple[tuple[str, Decimal], ...]
    keys: tuple[str, ...] = ()
    unknown_keys: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its name for people."""
        return SHARE_LABELS[self.kind]

    @property
    def total_gbp(self) -> Decimal:
        """The denominator: all spend of the year that counts."""
        return self.amount_gbp + self.outside_gbp + self.unknown_gbp

    @property
    def percent(self) -> Decimal | None:
        """Of all spend, unknown spend counted as not belonging to it: at least so much. None without spend."""
        return percent_of(self.amount_gbp, self.total_gbp)

    @property
    def unknown_percent(self) -> Decimal | None:
        """Of all spend, how much is not known."""
        return percent_of(self.unknown_gbp, self.total_gbp)


@dataclass(frozen=True, slots=True)
class Spending:
    """The spend of one financial year.

    Attributes:
        financial_year: such as 2027-28.
        is_held: whether any file was imported for it; where not, every figure is "not held", and not nought.
        total_gbp: of the rows that count.
        rows: that count.
        bad_rows: that are kept and count in no total.
        doubles: rows that are the same as another in all cells; they count, and somebody should look.
        suppliers: how many were paid.
        files: from which it was read.
        shares: one of each kind.
        definitions: by which they were counted.
        contradictory: suppliers of which the files say different things, with the fields.
        keys: all suppliers that were paid, by which the total can be traced.
    """

    financial_year: str
    is_held: bool
    total_gbp: Decimal
    rows: int
    bad_rows: int
    doubles: int
    suppliers: int
    files: tuple[SpendFile, ...]
    shares: tuple[Share, ...]
    definitions: ShareDefinitions
    contradictory: tuple[tuple[str, tuple[str, ...]], ...] = ()
    keys: tuple[str, ...] = ()

    def share(self, kind: ShareKind) -> Share:
        """Return the share of a kind."""
        return next(s for s in self.shares if s.kind is kind)


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a part in percent to one place, or None where there is no whole.

    >>> percent_of(Decimal("13559959.61"), Decimal("135599596"))
    Decimal('10.0')
    """
    if whole <= 0:
        return None
    return (100 * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def spending_of(store: Store, financial_year: str, definitions: ShareDefinitions | None = None) -> Spending:
    """Return the spend of a financial year with its shares.

    Args:
        store: as its caller may see it.
        financial_year: such as 2027-28.
        definitions: by which shares are counted; by default those that the authority has chosen.
    """
    spend = Spend(store)
    chosen = definitions or spend.definitions()
    files = tuple(f for f in spend.files(financial_year) if f.withdrawn_at is None)
    suppliers = spend.suppliers_of(financial_year) if files else []
    return Spending(
        financial_year, bool(files), sum((s.amount_gbp for s in suppliers), Decimal()),
        sum(s.lines for s in suppliers), sum(f.bad for f in files), spend.doubles_of(financial_year) if files else 0,
        len(suppliers), files, count_shares(suppliers, chosen), chosen,
        tuple((s.name, s.contradictory) for s in suppliers if s.contradictory), tuple(s.key for s in suppliers),
    )  # fmt: skip


def spending_by_year(store: Store, years: Sequence[str] | None = None) -> tuple[Spending, ...]:
    """Return the spend of several years, by default of all that are held, oldest first."""
    return tuple(spending_of(store, year) for year in (Spend(store).years() if years is None else years))


def count_shares(suppliers: Sequence[SupplierSpend], definitions: ShareDefinitions) -> tuple[Share, ...]:
    """Return the shares of what was paid to suppliers, one of each kind."""
    local = definitions.local

    def tested(test: LocalTest) -> Callable[[SupplierFacts], Answer]:
        return lambda facts: is_local(facts, local, test)

    asked: tuple[tuple[ShareKind, str, Callable[[SupplierFacts], Answer]], ...] = (
        (ShareKind.local, definitions.local_sentence, lambda facts: is_local_by_any(facts, local)),
        (ShareKind.local_head_office, describe_local(local, LocalTest.head_office), tested(LocalTest.head_office)),
        (ShareKind.local_branch, describe_local(local, LocalTest.branch), tested(LocalTest.branch)),
        (ShareKind.sme, definitions.sme_sentence, lambda facts: is_sme(facts, definitions)),
        (ShareKind.vcse, definitions.vcse_sentence, lambda facts: is_vcse(facts, definitions)),
    )
    return tuple(_share(kind, sentence, suppliers, ask) for kind, sentence, ask in asked)


def _share(kind: ShareKind, definition: str, suppliers: Sequence[SupplierSpend],
           ask: Callable[[SupplierFacts], Answer]) -> Share:  # fmt: skip
    amounts = dict.fromkeys(Known, Decimal())
    counted: Counter[Known] = Counter()
    reasons: dict[str, Decimal] = {}
    keys: dict[Known, list[str]] = {known: [] for known in Known}
    for supplier in suppliers:
        answer = ask(supplier.facts)
        amounts[answer.known] += supplier.amount_gbp
        counted[answer.known] += 1
        keys[answer.known].append(supplier.key)
        if answer.known is Known.unknown:
            reasons[answer.because] = reasons.get(answer.because, Decimal()) + supplier.amount_gbp
    return Share(
        kind, definition, amounts[Known.yes], amounts[Known.no], amounts[Known.unknown], counted[Known.yes],
        counted[Known.unknown], tuple(sorted(reasons.items(), key=lambda r: (-r[1], r[0]))),
        tuple(keys[Known.yes]), tuple(keys[Known.unknown]),
    )  # fmt: skip
