"""Who a key is, which names are one person's, and who wrote what he would approve."""

import base64
from dataclasses import replace

import pytest

from site_builder.model import SIGNERS, Level, Policy
from site_builder.trail.people import Authors, People, without_lines
from site_builder.trail.signatures import Signer
from site_builder.trail.statements import InForce
from tests.trail.spoken import LIST, commit, said, signed, under

OLIVIA, LEO = "AAAAolivia", "AAAAleo"
EARLIER = f"""\
# The office
olivia@example.org,office@example.org namespaces="git" ssh-ed25519 {OLIVIA}
leo@example.org ssh-ed25519 {LEO}
""".encode()
LATER = f"Olivia.Li@Example.org ssh-ed25519 {OLIVIA}\n".encode()


@pytest.fixture
def people():
    """The people of two lists of signers, of which one followed the other."""
    found = People({"earlier": EARLIER, "later": LATER})
    found.learn("earlier")
    found.learn("later")
    return found


def names(*people):
    return frozenset(f"{one}@example.org" for one in people)


def listing(keys, *lines):
    """The people of one list of signers with real keys."""
    return People({LIST: "".join(lines).encode()})


def test_a_key_keeps_the_names_that_any_list_in_force_gave_it(people):
    assert people.names(OLIVIA) == names("olivia", "office", "olivia.li")
    assert people.names(LEO) == names("leo")
    assert people.names("AAAAnobody") == frozenset()


@pytest.mark.parametrize("blob", [None, "too large to be read"])
def test_a_list_that_is_not_there_teaches_nothing(people, blob):
    people.learn(blob)
    assert people.names(LEO) == names("leo")


@pytest.mark.parametrize(
    ("principal", "key", "same"),
    [
        ("leo@example.org", LEO, names("leo")),
        ("Leo@Example.org", LEO, names("leo")),
        ("olivia@example.org", OLIVIA, names("olivia", "office", "olivia.li")),
        ("office@example.org", "AAAAnew", names("olivia", "office", "olivia.li")),
        ("new@example.org", OLIVIA, names("new", "olivia", "office", "olivia.li")),
        ("new@example.org", "AAAAnew", names("new")),
    ],
    ids=["one name", "another spelling", "name and key", "name with another key", "key with another name", "neither"],
)
def test_names_that_share_a_key_are_one_person(people, principal, key, same):
    assert people.same(Signer(principal, key), Level.SIGNED) == same


@pytest.mark.parametrize("level", [Level.RECORDED, Level.REVIEWED])
def test_without_signatures_a_person_is_one_address(people, level):
    assert people.same(Signer("Olivia@Example.org", OLIVIA), level) == names("olivia")


@pytest.mark.parametrize(
    ("who", "key", "called", "wrote"),
    [
        (names("rita"), "AAAArita", "Rita", True),
        (names("rita", "office"), "", "", True),
        (names("olivia"), "AAAArita", "Olivia", True),
        (names("olivia"), "", "Li Lei", True),
        (names("olivia"), "", "li lei", True),
        (frozenset(["li lei"]), "", "", True),
        (names("olivia"), "AAAAolivia", "Olivia", False),
        (names("olivia"), "", "", False),
    ],
    ids=[
        *("all", "one of the names", "the key", "the name", "the name in small letters", "a principal that is a name"),
        *("another", "another without a key and a name"),
    ],
)
def test_who_has_a_name_or_a_key_of_an_author_is_one(people, who, key, called, wrote):
    authors = Authors(names("rita"), frozenset(["AAAArita"]), frozenset(["li lei"]))
    assert people.are_authors(authors, who, key, called) is wrote


def test_authors_are_all_whom_a_commit_names_and_at_signed_all_whose_key_is_on_it(keys):
    made = commit("rita", text="Record\n\nCo-authored-by: Leo <leo@example.org>\nCo-authored-by: Li Lei\n")
    people = listing(keys, keys.line("olivia,office", key="olivia"))
    people.learn(LIST)
    key = keys.line("olivia").split()[-1]
    written = [signed(made, keys, "olivia"), commit("paul")]
    assert people.authors(written, Level.REVIEWED) == Authors(
        names("rita", "leo", "paul"), claims=frozenset(["li lei"])
    )
    assert people.authors(written, Level.SIGNED) == Authors(
        names("rita", "leo", "paul", "olivia", "office"), frozenset([key]), frozenset(["li lei"])
    )


def test_a_signature_that_names_an_empty_key_makes_nobody_an_author():
    """Else everybody for whom a forge speaks, which has no key of a person, would be one."""
    data = base64.b64encode(b"SSHSIG" + (1).to_bytes(4, "big") + (0).to_bytes(4, "big"))
    empty = b"-----BEGIN SSH SIGNATURE-----\n" + data + b"\n-----END SSH SIGNATURE-----"
    authors = People({}).authors([replace(commit("rita"), signature=empty)], Level.SIGNED)
    assert authors == Authors(names("rita"))


@pytest.mark.parametrize(
    ("line", "who", "speaks"),
    [
        ("olivia@example.org,Office@Example.org", "olivia@example.org", names("olivia", "office")),
        ("*@example.org", "Olivia@Example.org", names("olivia")),
        ("office@example.org,*@example.org", "olivia@example.org", names("olivia", "office")),
        ("olivia?@example.org,!leo@example.org", "olivia1@example.org", names("olivia1")),
        ("olivia~office@example.org", "olivia@example.org", names("olivia~office")),
        ("olivia@example.org,Olivia@example.org", "office@example.org", names("olivia")),
    ],
    ids=["names", "a pattern", "a name and a pattern", "other patterns", "no pattern", "one name in two spellings"],
)
def test_the_names_for_which_the_signers_in_force_let_a_key_speak(line, who, speaks):
    people = People({LIST: f"{line} ssh-ed25519 {OLIVIA}\nleo@example.org ssh-ed25519 {LEO}\n".encode()})
    assert people.listed(Signer(who, OLIVIA), under()) == speaks


def test_a_key_that_no_signers_in_force_name_speaks_for_nobody(people):
    person = Signer("leo@example.org", LEO)
    line = EARLIER.splitlines()[-1]
    assert people.listed(person, InForce({SIGNERS: "earlier"}, Policy())) == names("leo")
    assert people.listed(person, InForce({SIGNERS: "earlier"}, Policy(), void=frozenset([line]))) == set()
    assert people.listed(person, InForce({SIGNERS: "later"}, Policy())) == set()
    assert people.listed(person, InForce({}, Policy())) == set()


def test_without_signatures_whoever_the_commit_states_makes_the_statement(people):
    assert people.signer(said(commit("leo")), Level.REVIEWED) == Signer("leo@example.org", "")
    assert people.signer(said(commit("leo"), address="Pia@x"), Level.RECORDED) == Signer("Pia@x", "")


@pytest.mark.parametrize(
    ("by", "trailer", "forges", "signer"),
    [
        ("olivia", None, (), "olivia@example.org"),
        ("forge", "pia@example.org", ("Forge@Example.org",), "pia@example.org"),
        ("olivia", "pia@example.org", ("forge@example.org",), None),
        ("mallory", None, (), None),
        (None, None, (), None),
    ],
    ids=["by herself", "by a forge", "by another who is no forge", "by a key that is not listed", "not signed"],
)
def test_a_signature_says_who_speaks_and_a_trailer_only_where_a_forge_signed_it(keys, by, trailer, forges, signer):
    people = listing(keys, keys.line("olivia"), keys.line("forge"))
    made = commit("rita", identifier=f"by {by}")
    one = said(signed(made, keys, by) if by else made, under(forges=forges), address=trailer)
    found = people.signer(one, Level.SIGNED)
    assert (found.principal if found else None) == signer
    assert found is None or bool(found.key) is (trailer is None)


def test_nothing_is_signed_where_no_list_is_in_force(keys):
    people = listing(keys, keys.line("olivia"))
    made = signed(commit(), keys, "olivia")
    assert people.signer(said(made, InForce({}, Policy())), Level.SIGNED) is None
    assert people.signer(said(made, InForce({SIGNERS: "too large"}, Policy())), Level.SIGNED) is None


def test_what_was_checked_together_is_not_checked_again(keys, monkeypatch):
    people = listing(keys, keys.line("olivia"), keys.line("leo"))
    every = [said(signed(commit(one), keys, one)) for one in ("olivia", "leo")]
    people.check(every)
    monkeypatch.setenv("PATH", "")
    assert [people.signer(one, Level.SIGNED).principal for one in every] == ["olivia@example.org", "leo@example.org"]


@pytest.mark.parametrize(
    ("void", "left"),
    [((), b" a 1 \nb 2\n"), ((b"a 1",), b"b 2\n"), ((b"b 2",), b" a 1 \n"), ((b"b",), b" a 1 \nb 2\n")],
)
def test_lines_that_were_taken_away_are_left_out(void, left):
    assert without_lines(b" a 1 \nb 2\n", frozenset(void)) == left
