"""A commit is read as git reads it: strictly for who approves, generously for who wrote, and never at length."""

import json
import os
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_builder.model import folded
from site_builder.trail import open_repository
from site_builder.trail.commits import parsed
from site_builder.trail.history import read_history
from site_builder.trail.trailers import Trailer, approved, reviewers, trailers
from tests.fuzz.cases import SEEDS
from tests.fuzz.odd import written
from tests.trail.repositories import QUIET, verify

TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
HEADER = f"tree {TREE}\nauthor Rita <rita@x> 1617235200 +0800\ncommitter Leo <leo@x> 1617238800 -0130\n"
IDENTIFIER = "1" * 40
WITH_GIT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(text, identifier=IDENTIFIER):
    return parsed(identifier, text.encode("utf-8") if isinstance(text, str) else text)


def by(line):
    """A commit with this author line."""
    return read(f"tree {TREE}\nauthor {line}\ncommitter Leo <leo@x> 1617238800 -0130\n\nRecord\n")


def saying(message):
    return read(HEADER + "\n" + message)


@pytest.fixture(scope="module")
def git(tmp_path_factory):
    """Git itself, in an empty repository."""
    folder = tmp_path_factory.mktemp("raw")

    def run(*arguments, given=b""):
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env={**os.environ, **QUIET}, input=given, capture_output=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("init", "-q", "--template=", "-b", "main")
    run("config", "core.fsync", "none")
    run("hash-object", "-t", "tree", "-w", "--stdin")
    run.folder = folder
    return run


def stored(git, data):
    return git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", given=data).decode().strip()


def shown(git, data, form):
    """What `git log` shows of a commit."""
    said = git("log", "-1", "--no-mailmap", "--encoding=UTF-8", f"--format={form}", stored(git, data))
    return said.decode("utf-8", "replace").removesuffix("\n")


# What a commit says


def test_a_commit_names_its_tree_its_parents_and_its_people():
    commit = read(HEADER.replace("author", f"parent {'2' * 40}\nparent {'3' * 40}\nauthor") + "\nRecord\n\nMore.\n")
    assert (commit.tree, commit.parents) == (TREE, ("2" * 40, "3" * 40))
    assert (commit.author.name, commit.author.address) == ("Rita", "rita@x")
    assert commit.author.moment == "2021-04-01T08:00:00+08:00"
    assert commit.committer.moment == "2021-03-31T23:30:00-01:30"
    assert commit.text == "Record\n\nMore.\n"
    assert commit.authors == {"rita@x"} and commit.unread_claims == ()


def test_a_parent_stands_behind_the_tree_and_nowhere_else(git):
    """Further down git takes the line for any other: a missing parent of that kind is no gap in the history."""
    data = (HEADER + f"parent {'2' * 40}\n\nRecord\n").encode()
    assert read(data).parents == ()
    assert git("rev-list", "--parents", "-1", stored(git, data)).split()[1:] == []


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("Rita <rita@x> 1 +0800", "rita@x"),
        ("<rita@x> 1 +0800", "rita@x"),
        ("Rita < rita@x > 1 +0800", "rita@x"),
        ("Rita <rita@x>", "rita@x"),
        ("Rita <rita@x>1 +0800", "rita@x"),
        ("Rita <rita@x> 1 +0800 and more", "rita@x"),
        ("Rita <rita@x> yesterday", "rita@x"),
        ("Rita <rita@x>\r", "rita@x"),
        ("Rita > <rita@x> 1 +0800", "rita@x"),
        ("Rita <> 1 +0800", ""),
        ("Rita rita@x> 1 +0800", ""),
        ("Rita <rita@x", ""),
        ("Rita rita@x 1 +0800", ""),
        ("Rita <ri\0ta@x> 1 +0800", ""),
        ("", ""),
    ],
)
def test_the_author_is_whom_git_names(git, line, address):
    data = f"tree {TREE}\nauthor {line}\ncommitter Leo <leo@x> 1 +0000\n\nRecord\n".encode()
    assert read(data).author.address == address == shown(git, data, "%ae").strip()


@pytest.mark.parametrize(
    "line",
    ["Rita <olivia@x> <rita@x> 1 +0800", "Rita <olivia@x> rita@x> 1 +0800", "Rita <rita@x <olivia@x> 1 +0800"],
)
def test_of_two_addresses_none_speaks_and_both_wrote(line):
    """Git names the first, other programs the last: such a line is nobody's word, and everybody's work."""
    commit = by(line)
    assert commit.author.address == ""
    assert {"olivia@x", "rita@x"} <= commit.authors


def test_of_two_author_lines_none_speaks_and_both_wrote(git):
    """`git log` names the last, `git commit --amend` the first."""
    data = (HEADER + "author Olivia <olivia@x> 2 +0000\n\nRecord\n").encode()
    assert shown(git, data, "%ae") == "olivia@x"
    assert read(data).author.address == "" and read(data).authors == {"", "rita@x", "olivia@x"}


def test_a_header_ends_at_a_nul_as_git_has_it():
    """What follows is no word of anybody's, but whom it names is an author."""
    commit = read(HEADER + "x \0\nauthor Olivia <olivia@x> 1 +0000\n\nRecord\n\nReviewed-by: <leo@x>\n")
    assert commit.author.address == "" and trailers(commit.text) == ()
    assert {"rita@x", "olivia@x"} <= commit.authors


def test_a_name_without_an_address_is_a_claim_that_cannot_be_read():
    assert "olivia" in by("Olivia <> 1617235200 +0800").unread_claims
    assert "olivia" in by("Olivia 1617235200 +0800").unread_claims


@pytest.mark.parametrize(
    ("line", "seconds", "offset"),
    [
        ("<r@x> 0017 +0130", 17, 90),
        ("<r@x> 17 -0130", 17, -90),
        ("<r@x> 17 +01", 17, 1),
        ("<r@x> 17 +9999", 17, 0),
        ("<r@x> 17 +99999", 17, 0),
        ("<r@x> -17 +0000", -17, 0),
        ("<r@x> ١٧ +0000", 0, 0),
        ("<r@x> " + "9" * 5000 + " +0000", 999_999_999_999_999, 0),
        ("<r@x>", 0, 0),
    ],
)
def test_a_date_is_read_whatever_it_is(line, seconds, offset):
    person = by(f"Rita {line}").author
    assert (person.seconds, person.offset) == (seconds, offset)
    assert person.moment


@pytest.mark.parametrize(
    "encoding", ["gb18030", "GBK", " latin1", "iso-8859-19", "klingon", "punycode", "UTF-8", "rot13", "hex", "\xff", ""]
)
def test_an_encoding_hides_nothing_and_breaks_nothing(encoding):
    header = HEADER.encode() + b"encoding " + encoding.encode("latin-1")
    commit = read(header + b"\n\nRecord \xb0\xc2\n\nReviewed-by: <leo@x>\n")
    assert commit.author.address == "rita@x" and reviewers(trailers(commit.text)) == ("leo@x",)


def test_bytes_that_do_not_fit_the_encoding_leave_the_commit_as_it_is(git):
    data = HEADER.replace("Rita", "R\\").encode().replace(b"\\", b"\xe9") + b"encoding gbk\n\nRecord\n"
    assert read(data).author.address == shown(git, data, "%ae") == "rita@x"


def test_signed_is_what_git_says_is_signed():
    """The signature's own lines are left out, and no others: not those of a merged tag that look like one."""
    tag = "mergetag object 5\n gpgsig no\n author Olivia <olivia@x> 1 +0000\n \n -----BEGIN\n"
    commit = read(HEADER + "gpgsig -----BEGIN\n one\n \n -----END\n" + tag + "\nRecord\n\n\ngpgsig 1\n")
    assert commit.signature == b"-----BEGIN\none\n\n-----END"
    assert commit.payload == (HEADER + tag + "\nRecord\n\n\ngpgsig 1\n").encode()
    assert commit.authors == {"rita@x"}


@pytest.mark.parametrize("lines", ["gpgsig a\ngpgsig b\n", "gpgsig a\ngpgsig-sha256 b\n", "gpgsig-sha256 b\n"])
def test_a_choice_of_signatures_is_none(lines):
    commit = read(HEADER + lines + "\nRecord\n")
    assert (commit.signature, commit.payload) == (None, None)


def test_a_commit_without_a_message_is_a_commit(git):
    assert (read(HEADER).text, read(HEADER).author.address) == ("", "rita@x")
    assert shown(git, HEADER.encode(), "%ae%n%B").strip() == "rita@x"


def test_odd_commits_do_not_break_the_history_that_they_stand_in(git):
    """Whatever git reads is read."""
    tip = ""
    for lines in (
        "author <",
        "author",
        f"x\nparent {'5' * 40}",
        "author A\0<b> 9999999999999999999 +9999",
        "encoding \0",
    ):
        parent = f"parent {tip}\n" if tip else ""
        tip = stored(git, f"tree {TREE}\n{parent}{lines}\ncommitter \xff\n\n\0".encode("latin-1"))
    history = read_history(open_repository(git.folder), tip)
    assert history.whole and len(history.commits) == 5
    assert all(commit.author.moment for commit in history.commits.values())


@pytest.mark.parametrize(
    ("address", "same"),
    [(" Olivia@Example.ORG\r\n", "olivia@example.org"), ("\u212a@x", "\u212a@x"), ("STRAßE@x", "straße@x")],
)
def test_addresses_fold_a_to_z_and_nothing_else(address, same):
    """The Kelvin sign is no k, and ß is not ss: whoever owns the one does not own the other."""
    assert folded(address) == same


def test_only_white_space_of_ascii_is_no_part_of_an_address():
    assert folded("\u3000a@x\u00a0") == "\u3000a@x\u00a0"


# What counts as a statement


@pytest.mark.parametrize(
    ("message", "reviewed"),
    [
        ("Record\n\nApproved-by: Leo <leo@x>\n", ["leo@x"]),
        ("Record\r\n\r\nApproved-by: Leo <leo@x>\r\nReviewed-by: pia@x\r\n", ["leo@x", "pia@x"]),
        ("Record\n\nApproved-by: Leo of the library\n  <leo@x>\n", ["leo@x"]),
        ("Record\n\nApproved-by: Leo <leo@x>", ["leo@x"]),
        ("Record\n\nWords\n---------\n\nApproved-by: Leo <leo@x>\n", ["leo@x"]),
        ("Record\n\nApproved-by: Leo <leo@x> <pia@x>\n", []),
        ("Record\n\nApproved-by: Leo <leo@x> (by phone)\n", []),
        ("Record\n\n Approved-by: Leo <leo@x>\n", []),
        ("Record\n\nApproved-by：Leo <leo@x>\n", []),
        ("Record\n\nApproved-by : Leo <leo@x>\n", []),
        ("Record\n\nApproved-by: Leo <leo@x>\n# a comment\n", []),
        ("Record\n\nApproved-by: Leo <leo@x>\n---\n notes.md | 1 +\n", []),
        ("Record\n\n---\n\nApproved-by: Leo <leo@x>\n", []),
        ("Record\n\n# ------------------------ >8 ------------------------\n\nApproved-by: Leo <leo@x>\n", []),
        ("Record\n\nWords\n\0\n\nApproved-by: Leo <leo@x>\n", []),
        ("Approved-by: Leo <leo@x>\n", []),
        ("\n\n\nApproved-by: Leo <leo@x>\n", []),
        ("", []),
    ],
)
def test_a_statement_is_a_trailer_of_the_last_paragraph(message, reviewed):
    assert list(reviewers(trailers(saying(message).text))) == reviewed


def test_an_approval_names_a_blob_and_a_path():
    blob = "a" * 40
    lines = [f"Approves: {blob} a b.md", f"Approves: {blob}", f"Approves: {blob.upper()} c.md", "Approves: abc d.md"]
    assert approved(trailers("Approve\n\n" + "\n".join(lines))) == ((blob, "a b.md"),)


LINES = st.one_of(
    st.sampled_from(
        [
            *(
                "Record",
                "",
                "",
                " ",
                "\t\r",
                "words: of a kind",
                "no trailer",
                "# comment",
                "#",
                "(cherry picked from commit 1)",
            ),
            *(
                "Approved-by: Olivia <olivia@x>",
                "Reviewed-by: Pia <pia@x>",
                "Approves: 1 incidents/1.md",
                "Approved-by:",
            ),
            *(" <leo@x>", "\tfolded", "Approved-by : Leo <leo@x>", "-a: b", ": b", "Signed-off-by: Leo <leo@x>"),
            *("---", "--- a", "---\t", "----", "diff --git a b", "Conflicts:", "\tfile", "Approved-by: a \0b"),
            *(
                "# ------------------------ >8 ------------------------",
                "Ａpproved-by: a",
                "APPROVED-BY: <o@x>",
                "\x0b",
                "\x85",
            ),
        ]
    ),
    st.text(st.sampled_from("aA-: \t\r\x0b\0#@<>\u3000奥"), max_size=6),
)
MESSAGES = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n", "\n", "\r\n"])), max_size=9).map(
    lambda lines: "".join(line + end for line, end in lines)
)


def given_by_git(said):
    """The trailers in what git printed."""
    lines = (line.partition(":") for line in said.split("\n") if line)
    return [Trailer(name.strip().lower(), value.strip(" \t\r\n")) for name, _, value in lines]


@settings(WITH_GIT, max_examples=500)
@given(message=st.tuples(MESSAGES, st.sampled_from(["", "\n\nApproved-by: Olivia <olivia@x>\n"])).map("".join))
def test_nothing_is_believed_that_git_does_not_give(git, message):
    """Neither the part of git that parses messages as files nor the one that shows them in a log.

    Git is asked where there is something to compare: a scissors line behind a line `---` makes git 2.39 hang.
    """
    found = trailers(saying(message).text)
    if not found:
        return
    parsed_by_git = git("interpret-trailers", "--parse", given=message.encode()).decode("utf-8", "replace")
    logged = shown(git, (HEADER + "\n" + message).encode(), "%(trailers:only,unfold)")
    for theirs in (given_by_git(parsed_by_git), given_by_git(logged)):
        rest = iter(theirs)
        assert all(one in rest for one in found), (found, theirs)


IDENTITIES = st.lists(
    st.sampled_from(
        ["Rita", " ", " ", "<", ">", "<rita@x>", "<olivia@x>", "a@b", "1", "+0800", "-", "\t", "\r", "é", "\0", "\x0b"]
    ),
    max_size=8,
).map("".join)
HEADERS = st.lists(
    st.one_of(
        IDENTITIES.map("author {}".format),
        st.sampled_from(
            ["author Rita <rita@x> 1 +0000", "committer Leo <leo@x> 1 +0000", "encoding utf-8", "encoding gbk"]
        ),
        st.sampled_from(
            [" author Olivia <olivia@x> 1 +0000", "gpgsig x", " ", "x", "mergetag y", "author", "author\tx", "\r", ""]
        ),
    ),
    max_size=7,
).map("\n".join)


@WITH_GIT
@given(headers=HEADERS, message=MESSAGES)
def test_the_author_is_nobody_or_whom_git_names(git, headers, message):
    data = f"tree {TREE}\n{headers}\n\n{message}".encode()
    commit = read(data)
    theirs = shown(git, data, "%ae").strip(" \t\r\n\x0b\x0c")
    assert commit.author.address in ("", theirs)
    head = data.partition(b"\n\n")[0]
    lines = [line for line in head.split(b"\n") if line.startswith(b"author ")]
    if len(lines) == 1 and lines[0].count(b"<") == lines[0].count(b">") == 1 and b"\0" not in head:
        assert commit.author.address == theirs
    if set(theirs) <= set("ritaolva@xb") and theirs.strip("@") == theirs and "@" in theirs:
        assert folded(theirs) in commit.authors


@given(data=st.one_of(st.binary(), st.tuples(st.just(HEADER.encode()), st.binary()).map(b"".join)))
def test_any_bytes_are_read(data):
    commit = parsed(IDENTIFIER, data)
    assert commit.author.moment and commit.committer.moment
    assert isinstance(commit.authors, frozenset) and isinstance(commit.unread_claims, tuple)
    assert isinstance(reviewers(trailers(commit.text)), tuple)


# Who wrote


@pytest.mark.parametrize(
    "claim",
    [
        "Co-authored-by: Olivia <olivia@x>",
        "CO-AUTHORED-BY:Olivia<OLIVIA@X>",
        "   co-authored-by : olivia@x",
        "> Co-authored-by: Olivia <olivia@x>",
        "- Co-authored-by: Olivia <olivia@x>",
        "* **Co-authored-by:** _olivia@x_",
        "With thanks. Co-authored-by: Olivia <olivia@x>.",
        "Co-authored-by: Olivia <olivia@x> (the whole table)",
        "Co-authored-by: Olivia (olivia@x), Oscar (oscar@x)",
        "Co-authored-by: Oscar <oscar@x>; Olivia <olivia@x>",
        "Co-authored-by: Oscar <oscar@x>,\n  Olivia <olivia@x>",
        "Co-authored-by: Olivia\n\t<olivia@x>",
        "Co-authored-by: Olivia\r\n <olivia@x>",
        "> Co-authored-by: Olivia\n>   <olivia@x>",
        "Co-authored-by:\nOscar <oscar@x>\nOlivia <olivia@x>",
        "Co-authored-by: Olivia < olivia@x >",
        "Co-authored-by: Olivia <olivia @ x>",
        "Co-authored-by: Olivia <olivia@\n x>",
        "Co-authored-by：奥利维亚＜olivia@x＞",
        "Ｃｏ－ａｕｔｈｏｒｅｄ－ｂｙ：ｏｌｉｖｉａ＠ｘ",
        "Co-authored-by: 奥利维亚olivia@x，奥斯卡oscar@x",
        "Co-authored-by: 《olivia@x》",
        "Co‑authored‑by: Olivia <olivia@x>",
        "Coauthored-by: Olivia <olivia@x>",
        "Co-authored by: Olivia <olivia@x>",
        "Co_authored_by: Olivia <olivia@x>",
        "Co-authored-by: <mailto:olivia@x>",
        "Co-authored-by: [Olivia](mailto:olivia@x?subject=hello)",
        'Co-authored-by: "Olivia" <"olivia@x">',
        "co-authored-by Oscar, and Co-authored-by: Olivia <olivia@x>",
        "\0Co-authored-by: Olivia <olivia@x>",
    ],
)
def test_whoever_is_named_as_a_co_author_is_one(claim):
    """Anywhere in the message, in any form in which somebody may be named."""
    assert "olivia@x" in saying(f"Record\n\n{claim}\n\nMore words.\n").authors


def test_a_co_author_in_the_title_is_one():
    assert "olivia@x" in saying("Co-authored-by: Olivia <olivia@x>").authors


@pytest.mark.parametrize(
    "words", ["Thanks to olivia@x", "Authored-by: olivia@x", "Reviewed-by: olivia@x", "Co-authored-by: a@b\nolivia@x"]
)
def test_whoever_is_named_for_something_else_is_not(words):
    assert "olivia@x" not in saying(f"Record\n\n{words}\n").authors


@pytest.mark.parametrize(
    "claim",
    [
        "Co-authored-by: Olivia",
        "Co-authored-by: OLIVIA.",
        "> co-authored-by：Olivia",
        "Co-authored-by:\n  Olivia",
        "Co-authored-by: Olivia <>",
        "Co-authored-by: Olivia <olivia at example>",
        "Co-authored-by: Olivia (@olivia)",
        "Co-authored-by: Oscar, Olivia",
        "Co-authored-by: Oscar and Olivia",
        "Co-authored-by: 奥斯卡、Olivia",
    ],
)
def test_a_claim_without_an_address_is_there_for_who_knows_the_names(claim):
    commit = saying(f"Record\n\n{claim}\n")
    assert "olivia" in commit.unread_claims and commit.authors == {"rita@x"}


def test_a_name_in_a_claim_may_have_several_words():
    assert saying("Record\n\nCo-authored-by: Olivia  van\n Dam\n").unread_claims == ("olivia van dam",)


@given(
    before=st.text(max_size=5),
    name=st.text(max_size=9).filter(lambda text: "\n" not in text),
    after=st.text(max_size=9).filter(lambda text: "@" not in text and "＠" not in text),
)
def test_no_words_around_an_address_hide_a_co_author(before, name, after):
    claim = f"{before}\nCo-authored-by: {name} <olivia@example.org> {after}"
    assert "olivia@example.org" in saying(claim).authors


# What it costs

MEGABYTE = 1_000_000
HEAVY = {
    "blank lines": HEADER + "\nRecord\n" + "\n" * MEGABYTE + "x\n",
    "lines of spaces": HEADER + "\nRecord\n" + "\n \t" * MEGABYTE + "x\n",
    "one line": HEADER + "\nRecord\n\n" + "a" * MEGABYTE,
    "headers": HEADER + "h x\n" * MEGABYTE + "\nRecord\n",
    "authors": HEADER + "author A <a@x>\n" * 100_000 + "\nRecord\n",
    "parents": HEADER.replace("author", f"parent {'2' * 40}\n" * 20_000 + "author") + "\nRecord\n",
    "lines of a signature": HEADER + "gpgsig x\n" + " y\n" * MEGABYTE + "\nRecord\n",
    "opening brackets": HEADER.replace("Rita <", "<" * MEGABYTE) + "\nRecord\n",
    "closing brackets": HEADER.replace("@x>", "@x" + ">" * MEGABYTE) + "\nRecord\n",
    "brackets in turn": HEADER.replace("Rita ", "<>" * MEGABYTE) + "\nRecord\n",
    "digits": HEADER.replace("1617235200", "1" * MEGABYTE) + "\nRecord\n",
    "spaces before a date": HEADER.replace("1617235200", " " * MEGABYTE) + "\nRecord\n",
    "spaces in a trailer": HEADER + "\nRecord\n\nApproved-by: a" + " " * MEGABYTE + "b",
    "tabs in a trailer": HEADER + "\nRecord\n\nApproved-by:" + "\t" * MEGABYTE + "\nb",
    "carriage returns": HEADER + "\nRecord\n\nApproved-by: a" + "\r" * MEGABYTE + "b",
    "dashes": HEADER + "\nRecord\n\na" + "-" * MEGABYTE,
    "folded lines": HEADER + "\nRecord\n\nApproved-by: a\n" + " b\n" * 500_000,
    "comments": HEADER + "\nRecord\n\n" + "#\n" * MEGABYTE,
    "co-authors": HEADER + "\nRecord\n\n" + "".join(f"Co-authored-by: A <{n}@x>\n" for n in range(100_000)),
    "co-authors on a line": HEADER + "\nRecord\n\n" + "Co-authored-by: a@x " * 100_000,
    "nearly co-authors": HEADER + "\nRecord\n\n" + "co-authored-by  " * 100_000,
    "spaces in a claim": HEADER
    + "\nRecord\n\nCo-authored-by"
    + " " * MEGABYTE
    + ":"
    + " " * MEGABYTE
    + "\nb" * 100_000,
    "signs in a claim": HEADER + "\nRecord\n\nCo-authored-by:" + "@" * MEGABYTE + "<" * MEGABYTE,
    "half an address": HEADER + "\nRecord\n\nCo-authored-by:" + "a@," * 300_000,
    "names in a claim": HEADER + "\nRecord\n\nCo-authored-by:" + "a, and " * 200_000,
    "Chinese in a claim": HEADER + "\nRecord\n\nCo-authored-by：" + "奥a@x，" * 100_000,
    "a deep quotation": HEADER + "\nRecord\n\n" + "> " * 500_000 + "Co-authored-by: a\n" + " x\n" * 200_000,
}


@pytest.mark.parametrize("data", HEAVY.values(), ids=HEAVY)
def test_a_long_commit_is_read_as_fast_as_it_is_long(data):
    """Work that grew with the square of the length would not end within an hour."""
    commit = read(data)
    assert "rita" in str(commit.authors) or commit.odd
    assert len(commit.unread_claims) < 10
    assert len(reviewers(trailers(commit.text))) <= 1


def test_why_git_failed_is_told_and_not_what_it_hinted_at(tmp_path):
    path = SEEDS / "a-blob-where-a-tree-should-be.json"
    folder = written(json.loads(path.read_text(encoding="ascii"))["history"], tmp_path)
    told = verify(folder).output
    assert "git says: fatal: unable to read tree" in told and "hint:" not in told
