import pytest

from svdocs.statements.vocabulary import words_of


def test_every_word_of_a_list_is_lower_case():
    assert all(w == w.lower() for w in words_of("places", "not_places"))


def test_a_list_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        words_of("places", "no such list")
