"""A mail gives its own words and what hangs on it, in both forms in which mails are saved."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svdocs.errors import CannotRead, DamagedFile, LimitExceeded
from svdocs.intake import mail
from svdocs.intake.mail import Attachment, read_eml, read_mail, read_msg
from svdocs.intake.packages import Fault, members_of
from svdocs.intake.safety import EML, MSG, sniff_media_type
from tests.intake.ole_files import ole_file, outlook_message


def test_a_mail_gives_its_headers_and_plain_words() -> None:
    data = b"From: A <a@b.example>\nTo: c@d.example\nSubject: =?utf-8?q?Our_bid_=C2=A3?=\n\nWe will.\n"
    seen = read_eml(data)
    assert (seen.subject, seen.to, seen.text.strip()) == ("Our bid £", "c@d.example", "We will.")
    assert "a@b.example" in seen.sender


def test_of_two_forms_of_the_same_words_the_plain_one_is_taken() -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Bid", "a@b.example"
    message.set_content("We will plant trees.")
    message.add_alternative("<p>We will plant trees.</p>", subtype="html")
    seen = read_eml(message.as_bytes())
    assert (seen.text.strip(), seen.html, seen.attachments) == ("We will plant trees.", "", ())


def test_words_that_come_only_as_html_are_kept_as_html() -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Bid", "a@b.example"
    message.set_content("<p>We will plant trees.</p>", subtype="html")
    assert "<p>" in read_eml(message.as_bytes()).html


def test_a_picture_inside_a_mail_is_an_attachment_and_a_signature_is_none() -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Bid", "a@b.example"
    message.set_content("See the table.")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", disposition="inline")
    message.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    assert read_eml(message.as_bytes()).attachments == (Attachment("attachment-1.png", b"\x89PNG"),)


def test_an_encrypted_mail_says_so() -> None:
    data = b"From: a@b.example\nSubject: x\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\nabc"
    assert "encrypted" in read_eml(data).unread


def test_an_unknown_charset_does_not_lose_the_words() -> None:
    data = b"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=no-such\n\nWe will plant trees."
    assert read_eml(data).text == "We will plant trees."


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MAX_PARTS", 3)
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.example", "x"
    message.set_content("x")
    for _ in range(4):
        message.add_attachment(b"x", maintype="image", subtype="png")
    with pytest.raises(LimitExceeded):
        read_eml(message.as_bytes())


def test_an_outlook_message_gives_its_words_and_attachments() -> None:
    data = outlook_message("Our bid", "We will plant trees.", ("bid.pdf", b"%PDF-1.4"), ("Earlier mail", b""))
    assert sniff_media_type(data) == MSG
    seen = read_mail(data, MSG)
    assert (seen.subject, seen.sender, seen.text) == ("Our bid", "A Bidder", "We will plant trees.")
    assert [(a.name, a.data[:8], a.is_message) for a in seen.attachments] == [
        ("bid.pdf", b"%PDF-1.4", False),
        ("Earlier mail", b"", True),
    ]


def test_a_message_in_an_outlook_message_is_told_as_nested() -> None:
    data = outlook_message("Our bid", "We will.", ("bid.pdf", b"%PDF-1.4"), ("Earlier mail", b""))
    assert [(m.name, m.fault) for m in members_of(data, "m.msg")] == [
        ("m.msg/bid.pdf", None),
        ("m.msg/Earlier mail", Fault.nested),
    ]


def test_an_outlook_message_with_html_or_rich_text_only_says_which() -> None:
    assert read_msg(outlook_message("x", "", html="<p>We will.</p>")).html.startswith("<p>We will.</p>")
    assert "rich text" in read_msg(outlook_message("x", "", rich=True)).unread


@pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ole_file({"Other": b"x"})])
def test_what_is_no_outlook_message_is_told_as_broken(data: bytes) -> None:
    with pytest.raises(DamagedFile):
        read_msg(data)


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2_000))
def test_a_damaged_outlook_message_ends_in_a_mail_or_one_plain_error(noise: bytes, at: int) -> None:
    whole = outlook_message("x", "We will plant trees.")
    message = "."
    try:
        read_msg(whole[:at] + noise + whole[at + len(noise) :])
    except CannotRead as error:
        message = str(error)
    assert message.endswith(".")


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"From: a@b.c\n", b"Content-Type: multipart/mixed; boundary=x\n", b"\n", b"--x\n",
       b"--x--\n", b"Content-Type: message/rfc822\n", b"Content-Disposition: attachment; filename*=x''%ff\n",
       b"Content-Transfer-Encoding: base64\n", b"abc=\n", b"Subject: =?x?q?y?=\n"]), max_size=25))  # fmt: skip
def test_any_order_of_a_mail_s_pieces_ends_in_a_mail_or_one_plain_error(pieces: list[bytes]) -> None:
    names, message = [], "."
    try:
        names = [a.name for a in read_mail(b"".join(pieces), EML).attachments]
    except CannotRead as error:
        message = str(error)
    assert all(names)
    assert message.endswith(".")
