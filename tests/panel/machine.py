"""A panel at work, step by step in any order: the seal holds after each of them.

Every draft and reason carries a token of its own. No answer to anybody else holds one before the chair has released the
marks, and none to somebody who has declared a conflict with the bidder; no log line and no audit entry ever does.

What carries no token may tell too: a count, an order, a time, an ETag. So each answer to somebody is the same to the
byte as before as long as nothing has happened that they may know of, whatever others have drafted and submitted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from svdocs.records.audit import Trail, export_entries
from tests.panel.sealed_service import OF_THE_PANEL, PEOPLE, WATCHED, Sealed
from tests.panel.worked import EVALUATORS
from tests.web.in_process import Answer

SUPPLIERS = ("Alder Ltd", "Birch & Sons")
MARKS = ("0", "1", "2", "3", "4", "5")
WHO, WHICH, GIVEN = st.sampled_from(WATCHED), st.sampled_from(SUPPLIERS), st.sampled_from(MARKS)
WHERE = st.integers(0, 9_999)


@dataclass(frozen=True)
class Token:
    """A canary: whose it is, and of which bidder's mark."""

    word: str
    author: str
    supplier: str
    is_draft: bool


class PanelAtWork(RuleBasedStateMachine):
    """The model is what has been submitted, declared, excused, released and agreed, as plain sets."""

    service: ClassVar[Sealed]
    all_addresses: ClassVar[list[str]] = []
    of_the_panel: ClassVar[list[str]] = []
    runs: ClassVar[int] = 0
    steps: ClassVar[int] = 0
    answers: ClassVar[int] = 0
    compared: ClassVar[int] = 0
    released_runs: ClassVar[int] = 0

    @classmethod
    def play_on(cls, service: Sealed) -> None:
        """Play the next runs on this service."""
        cls.service = service
        cls.all_addresses = service.addresses()
        cls.of_the_panel = [a for a in cls.all_addresses if OF_THE_PANEL.search(a)]

    def __init__(self) -> None:
        super().__init__()
        self.service.reset()
        self.tokens: list[Token] = []
        self.seats = dict(self.service.seats)
        self.submitted: dict[tuple[str, str], int] = defaultdict(int)
        self.frozen: set[tuple[str, str]] = set()
        self.excused: set[tuple[str, str]] = set()
        self.conflicts: set[tuple[str, str]] = set()
        self.released = False
        self.agreed: dict[str, int] = defaultdict(int)
        self.closed = False
        self.told: set[str] = set()
        """Who may know that something has happened since the beginning."""
        self.known: dict[tuple[str, str], object] = {}
        """What was answered to them since something last happened that they may know of."""
        type(self).runs += 1

    # What every answer must hold

    def ask(self, who: str, method: str, path: str, body: object = None) -> Answer:
        answer = self.service.ask(who, method, path, body)
        type(self).answers += 1
        said = answer.everything
        if b"canary" in said:
            for token in self.tokens:
                if token.word.encode() in said:
                    assert self.may_read(who, token), f"{who} reads {token} at {method} {path}"
        return answer

    def look(self, who: str, path: str) -> Answer:
        """Ask for a page or an address, whose answer hangs on nothing that the reader may not know of."""
        answer = self.ask(who, "GET", path)
        before = self.known if who in self.told else self.service.at_the_beginning
        told = answer.told()
        if (who, path) in before:
            type(self).compared += 1
            assert before[who, path] == told, f"{who} can tell at {path} what others have done"
        before[who, path] = told
        return answer

    def tell(self, people: Iterable[str]) -> None:
        """Note that something has happened that these people may know of."""
        for person in people:
            self.told.add(person)
            for key in [key for key in self.known if key[0] == person]:
                del self.known[key]

    def tell_of(self, who: str, *more: str) -> None:
        """Note that something happened to somebody's seat: before the release the chair alone may know of others'."""
        self.tell(PEOPLE if self.released else (who, "chair", *more))

    def may_read(self, who: str, token: Token) -> bool:
        if (who, token.supplier) in self.conflicts:
            return False
        if who == token.author:
            return True
        return self.released and not token.is_draft and who in ("lead", "chair", "officer", "observer", *EVALUATORS)

    def new_token(self, who: str, supplier: str, *, draft: bool) -> str:
        word = f"canary{len(self.tokens)}x{who}"
        self.tokens.append(Token(word, who, supplier, draft))
        return word

    def body(self, who: str, supplier: str, mark: str, *, draft: bool, because: str = "") -> dict[str, object]:
        pinned = {"document": self.service.made.documents[supplier], "quote": "five apprentices from Swale"}
        body: dict[str, object] = {"mark": mark, "reason": self.new_token(who, supplier, draft=draft)}
        return body | {"passages": [pinned]} | ({} if draft else {"because": because})

    def is_last_that_counts(self, who: str, supplier: str) -> bool:
        """Whether no other mark of a bid would count without somebody's, after the release."""
        others = {p for p in self.seats if p[1] == supplier} - {(who, supplier)} - self.excused - self.frozen
        return self.released and not others

    def may_mark(self, who: str, supplier: str) -> bool:
        pair = (who, supplier)
        return pair in self.seats and not self.released and pair not in self.conflicts | self.excused | self.frozen

    def chair_has_conflict(self) -> bool:
        return any(who == "chair" for who, _ in self.conflicts)

    # The steps

    @rule(who=WHO, supplier=WHICH, mark=GIVEN)
    def save_draft(self, who: str, supplier: str, mark: str) -> None:
        self.count()
        path = f"{self.service.panel}/tasks/{self.seats[who, supplier]}/draft"
        answer = self.ask(who, "PUT", path, self.body(who, supplier, mark, draft=True))
        assert (answer.status_code == 200) == self.may_mark(who, supplier), answer.text
        if answer.status_code == 200:
            self.tell_of(who)

    @rule(who=WHO, supplier=WHICH, mark=GIVEN, because=st.sampled_from(["", "I read page 2 again."]))
    def submit_or_supersede(self, who: str, supplier: str, mark: str, because: str) -> None:
        self.count()
        pair = (who, supplier)
        path = f"{self.service.panel}/tasks/{self.seats[pair]}/marks"
        answer = self.ask(who, "POST", path, self.body(who, supplier, mark, draft=False, because=because))
        expected = self.may_mark(who, supplier) and (bool(because) or not self.submitted[pair])
        assert (answer.status_code == 201) == expected, answer.text
        self.submitted[pair] += expected
        if expected:
            self.tell_of(who)

    @precondition(lambda self: any(person == "hugh" for person, _ in self.seats))
    @rule(supplier=WHICH, mark=GIVEN)
    def somebody_in_anothers_place_marks(self, supplier: str, mark: str) -> None:
        self.count()
        if ("hugh", supplier) in self.seats:
            self.submit_or_supersede("hugh", supplier, mark, "")

    @rule(who=WHO, supplier=WHICH, has_conflict=st.sampled_from([False] * 7 + [True]))
    def declare(self, who: str, supplier: str, has_conflict: bool) -> None:
        self.count()
        body = {"supplier": self.service.made.suppliers[supplier], "has_conflict": has_conflict, "nature": "Family."}
        if has_conflict:
            self.conflicts.add((who, supplier))
            if (who, supplier) not in self.excused:
                self.frozen.add((who, supplier))
        answer = self.ask(who, "POST", f"{self.service.panel}/declarations", body)
        assert answer.status_code == 201, answer.text
        self.tell_of(who, "lead")

    @rule(supplier=WHICH, has_conflict=st.sampled_from([False] * 19 + [True]))
    def chair_declares(self, supplier: str, has_conflict: bool) -> None:
        """A chair with a conflict decides nothing of that bidder any more."""
        self.count()
        body = {"supplier": self.service.made.suppliers[supplier], "has_conflict": has_conflict, "nature": "Shares."}
        if has_conflict:
            self.conflicts.add(("chair", supplier))
        answer = self.ask("chair", "POST", f"{self.service.panel}/declarations", body)
        assert answer.status_code == 201, answer.text
        self.tell(("chair", "lead"))

    @rule(who=WHO, supplier=WHICH, replace=st.booleans())
    def excuse(self, who: str, supplier: str, replace: bool) -> None:
        self.count()
        pair, hugh = (who, supplier), ("hugh", supplier)
        body = {"seats": [self.seats[pair]], "because": "Ill.",
                "replacement": self.service.made.people["hugh"] if replace else None}  # fmt: skip
        answer = self.ask("chair", "POST", f"{self.service.panel}/excuse", body)
        expected = pair not in self.excused and not self.closed and not self.is_last_that_counts(*pair)
        expected = expected and ("chair", supplier) not in self.conflicts
        if replace:
            expected = expected and hugh not in self.seats and not self.released
        assert (answer.status_code == 200) == expected, answer.text
        if expected:
            self.excused.add(pair)
            self.frozen.discard(pair)
            self.tell_of(who, "lead", "hugh")
            if replace:
                [new] = [s for lot in answer.json() for s in lot["seats"] if s["replaces"] == self.seats[pair]]
                self.seats[hugh] = new["id"]

    @rule(who=st.sampled_from([*WATCHED, "lead", "officer", "administrator", "chair", "chair", "chair", "chair"]))
    def release(self, who: str) -> None:
        self.count()
        answer = self.ask(who, "POST", f"{self.service.panel}/release", {})
        standing = [pair for pair in self.seats if pair not in self.excused]
        complete = (
            all(self.submitted[pair] and pair not in self.frozen for pair in standing)
            and {supplier for _, supplier in standing} == set(SUPPLIERS)
        )  # fmt: skip
        expected = who == "chair" and complete and not self.released and not self.chair_has_conflict()
        assert (answer.status_code == 200) == expected, answer.text
        if expected:
            self.released = True
            self.tell(PEOPLE)
            type(self).released_runs += 1

    @precondition(lambda self: not self.released)
    @rule()
    def everybody_submits_what_is_due(self) -> None:
        """Else few runs would come as far as a release: who has a conflict is excused, and the others submit."""
        self.count()
        for who, supplier in sorted(self.frozen):
            self.excuse(who, supplier, replace=False)
        for who, supplier in list(self.seats):
            if self.may_mark(who, supplier) and not self.submitted[who, supplier]:
                self.submit_or_supersede(who, supplier, "3", "")

    @precondition(lambda self: self.released)
    @rule(supplier=WHICH, mark=GIVEN, because=st.sampled_from(["", "Talked again."]))
    def moderate(self, supplier: str, mark: str, because: str) -> None:
        self.count()
        body = self.body("chair", supplier, mark, draft=False, because=because) | {
            "bid": self.service.bids[supplier], "criterion": self.service.criterion, "participants": ["eve", "finn"],
        }  # fmt: skip
        answer = self.ask("chair", "POST", f"{self.service.panel}/consensus", body)
        expected = not self.closed and (bool(because) or not self.agreed[supplier])
        expected = expected and ("chair", supplier) not in self.conflicts
        assert (answer.status_code == 201) == expected, answer.text
        self.agreed[supplier] += expected
        if expected:
            self.tell(PEOPLE)

    @precondition(lambda self: self.released)
    @rule()
    def close(self) -> None:
        self.count()
        answer = self.ask("chair", "POST", f"{self.service.panel}/close", {})
        expected = not self.closed and not self.frozen and all(self.agreed[s] for s in SUPPLIERS)
        expected = expected and not self.chair_has_conflict()
        assert (answer.status_code == 200) == expected, answer.text
        if expected:
            self.closed = True
            self.tell(PEOPLE)

    @rule()
    def crash_and_come_up_again(self) -> None:
        self.count()
        self.service.crash()

    @rule(who=WHO, supplier=WHICH, mark=GIVEN)
    def fail_while_a_mark_is_written(self, who: str, supplier: str, mark: str) -> None:
        self.count()
        path = f"{self.service.panel}/tasks/{self.seats[who, supplier]}/marks"
        body = self.body(who, supplier, mark, draft=False, because="Again.")
        with mock.patch.object(Trail, "seal", side_effect=RuntimeError("the power fails")):
            answer = self.ask(who, "POST", path, body)
        assert answer.status_code >= 400
        self.service.crash()

    # Looking

    @rule(who=st.sampled_from(PEOPLE), where=WHERE)
    def look_somewhere(self, who: str, where: int) -> None:
        self.count()
        self.look(who, self.all_addresses[where % len(self.all_addresses)])

    @rule(who=st.sampled_from(PEOPLE), where=WHERE)
    def look_at_the_panel(self, who: str, where: int) -> None:
        self.count()
        self.look(who, self.of_the_panel[where % len(self.of_the_panel)])

    @rule(who=WHO, supplier=WHICH)
    def look_at_ones_own(self, who: str, supplier: str) -> None:
        self.count()
        answer = self.look(who, f"{self.service.panel}/tasks/{self.seats[who, supplier]}")
        if (who, supplier) not in self.conflicts:
            assert len(answer.json()["marks"]) == self.submitted[who, supplier]

    @rule(who=st.sampled_from(["eve", "finn", "lead", "officer", "observer", "chair"]))
    def compare(self, who: str) -> None:
        self.count()
        compared = self.look(who, f"{self.service.panel}/comparison").json()
        expected = self.released and not all((who, s) in self.conflicts for s in SUPPLIERS)
        assert bool(compared) == expected, f"{who} is shown a comparison, or is not, against the rule"

    @rule(who=st.sampled_from(["eve", "lead", "officer", "observer", "chair"]),
          what=st.sampled_from(["record", "board", "seats", "agreement", "award/papers/moderation"]))  # fmt: skip
    def take_away(self, who: str, what: str) -> None:
        self.count()
        self.look(who, f"{self.service.panel}/{what}")

    def count(self) -> None:
        type(self).steps += 1

    def teardown(self) -> None:
        """Nothing that was logged or told holds a canary."""
        lines = "\n".join(self.service.log.lines)
        assert "canary" not in lines, "in the log"
        with self.service.store.reading() as session:
            told = str([entry["payload"] for entry in export_entries(session.connection())])
        assert "canary" not in told, "in the audit trail"
