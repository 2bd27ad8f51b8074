"""Given this history, made with git and real keys, this is what `kaohe verify` says, at both levels, and why.

A function is a row of the table; its sentence is the reason of the verdict. What a row leaves out is in order: the base
repository has an approved policy, and rules that Pia and Olivia approved.
"""

import pytest

from tests.sites import CONDUCT, incident
from tests.trail.figures import run
from tests.trail.repositories import APPROVERS, POLICY, SIGNERS, address, policy, verify
from tests.trail.table import APPROVED, PENDING, REFUSED, ROWS, UNKNOWN, both, differs, only

INCIDENT = "incidents/2021/2021-0001.md"
OTHER = "incidents/2021/2021-0002.md"
CONDUCT_FILE = "criteria/2021/conduct.yaml"
FIRST, SECOND, THIRD = (incident(f"{number} people did not come.") for number in ("Two", "Three", "Four"))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_verdict(row, bases, tmp_path):
    repo = bases[row.level].copy(tmp_path / "site")
    folder = row.build(repo) or repo.folder
    shown = verify(folder, **repo.environment)
    assert not repo.canary.exists(), "a program of the repository's configuration ran"
    assert "Traceback" not in shown.complaint
    if row.verdict is REFUSED:
        assert shown.exit == 1 and (shown.complaint or shown.result), row.why
        return
    verdict = shown.of(row.of)
    assert verdict and verdict["verdict"] == row.verdict, f"{row.why}\n{shown}"
    assert verdict["reason"]
    assert shown.exit == (row.verdict == PENDING if row.exit is None else row.exit), f"{row.why}\n{shown}"
    assert shown.result["level"] == (row.shown_level or row.level)
    assert all(set(approval) == {"by", "role", "commit", "date", "kind"} for approval in verdict["approvals"])
    if row.by is not None:
        assert [f"{one['by'].partition('@')[0]} {one['kind']}" for one in verdict["approvals"]] == row.by


def test_the_table_is_large_enough():
    for level in ("reviewed", "signed"):
        assert sum(row.level == level for row in ROWS) >= 40
    assert all(row.why.strip().endswith(".") for row in ROWS)


# What the rows build with


def recorded(repo, by="rita", branch="topic", path=INCIDENT, text=FIRST, **how):
    """An incident recorded on a branch; main is as it was."""
    repo.branch(branch)
    repo.commit({path: text}, "Record an incident", by=by, **how)
    repo.switch("main")


def merged(repo, by="olivia", **how):
    """An incident recorded by Rita, and merged by somebody."""
    recorded(repo)
    return repo.merge("topic", by=by, **how)


def change_rules(repo, files, by="rita"):
    """A change of the rules in good order: Pia merges it and Paul approves it."""
    repo.branch("rules")
    repo.commit(files, "Change the rules", by=by)
    repo.switch("main")
    repo.merge("rules", by="pia")
    repo.approve(*files, by="paul")


def with_mallory(repo, office="office"):
    """A policy and signers of which Mallory is one."""
    approvers = {**APPROVERS, office: (*APPROVERS[office], "mallory")}
    signers = repo.keys.signers(mallory=repo.keys.line("mallory"))
    return {POLICY: policy(repo.level, approvers), SIGNERS: signers}


def without_olivia(repo):
    return {POLICY: policy(repo.level, {**APPROVERS, "office": ("oscar",)})}


def vouched(person):
    """A message that ends in a trailer."""
    return f"Record an incident\n\nApproved-by: {person.title()} <{address(person)}>\n"


def pressed(repo, message, by="rita", signed="forge"):
    """A squash as a forge makes it: the branch's author, the forge's signature, and who approved as a trailer."""
    recorded(repo)
    return repo.squash("topic", message, by=by, committer="forge", sign=signed if repo.level == "signed" else None)


# Good order


@both(APPROVED, by=["olivia merge"])
def merge_by_an_approver(repo):
    """Who merges another's incident unchanged approves it."""
    merged(repo)


@both(APPROVED, by=["olivia approve"])
def approve_commit(repo):
    """A commit that changes nothing and names the content approves it."""
    repo.commit({INCIDENT: FIRST}, by="rita")
    repo.approve(INCIDENT)


@both(APPROVED, by=["olivia merge", "oscar approve"])
def second_approver(repo):
    """Another approver is shown besides the first."""
    merged(repo)
    repo.approve(INCIDENT, by="oscar")


@both(APPROVED, by=["oscar approve"])
def second_approver_after_one_who_does_not_count(repo):
    """Leo's merge counts for nothing and hinders nothing."""
    merged(repo, by="leo")
    repo.approve(INCIDENT, by="oscar")


@both(APPROVED, by=["olivia trailer"])
def squash_by_a_forge(repo):
    """A trailer counts: at level signed because the forge that pressed the squash vouches for it."""
    pressed(repo, vouched("olivia"))


@both(APPROVED, by=["olivia trailer"])
def squash_by_a_forge_reviewed_by(repo):
    """Reviewed-by says the same as Approved-by."""
    pressed(repo, vouched("olivia").replace("Approved", "Reviewed"))


@both(APPROVED, by=["olivia trailer"])
def merge_by_a_forge_with_a_trailer(repo):
    """A trailer of a merge speaks for the files that the merge took unchanged."""
    recorded(repo)
    repo.merge("topic", by="leo", message=vouched("olivia"), sign="forge" if repo.level == "signed" else None)


@both(APPROVED, of=CONDUCT_FILE, by=["pia merge", "olivia approve"])
def two_approvals_for_rules(repo):
    """Rules need two people of the party or the office."""
    recorded(repo, path=CONDUCT_FILE, text=CONDUCT.replace("Absent", "Absent without leave"))
    repo.merge("topic", by="pia")
    repo.approve(CONDUCT_FILE, by="olivia")


@both(APPROVED, of=CONDUCT_FILE, by=["pia merge", "paul approve"])
def two_approvals_of_one_department(repo):
    """Two departments may speak; nothing says that both must."""
    change_rules(repo, {CONDUCT_FILE: CONDUCT.replace("Absent", "Absent without leave")})


@both(PENDING, of=CONDUCT_FILE)
def one_approval_for_rules(repo):
    """One of two."""
    recorded(repo, path=CONDUCT_FILE, text=CONDUCT.replace("Absent", "Absent without leave"))
    repo.merge("topic", by="pia")


@both(APPROVED, by=["olivia merge"])
def moved_within_the_year(repo):
    """A folder of the year is only a place: the incident and its content are the same."""
    merged(repo)
    repo.commit({INCIDENT: None, "incidents/2021/spring/2021-0001.md": FIRST}, by="mallory")


@both(APPROVED)
def made_executable(repo):
    """The content is the same bytes, whatever the file's mode."""
    merged(repo)
    (repo.path / INCIDENT).chmod(0o755)
    repo.commit()


@both(APPROVED, by=["olivia approve"])
def fast_forward_after_approval(repo):
    """An approval on the branch lies on main's line once main goes forward to it."""
    recorded(repo)
    repo.switch("topic")
    repo.approve(INCIDENT)
    repo.switch("main")
    repo.forward("topic")


@both(APPROVED, by=["olivia merge"])
def octopus_merge(repo):
    """A merge of three branches approves what it took from each of them."""
    recorded(repo, branch="one", path=OTHER, text=SECOND)
    recorded(repo, branch="two")
    repo.merge("one", "two")


@both(APPROVED, of="2021-0002", by=["olivia merge"])
def octopus_merge_first_branch(repo):
    """A merge of three branches approves what it took from each of them, the first as well."""
    octopus_merge(repo)


@both(APPROVED)
def rebased_before_the_merge(repo):
    """Rebasing a branch changes its commits, not who wrote the content."""
    recorded(repo)
    repo.commit({"notes.md": "Something else\n"})
    repo.git("rebase", "-q", "main", "topic")
    repo.switch("main")
    repo.merge("topic")


@both(APPROVED, by=["olivia approve"])
def approved_before_it_arrives(repo):
    """A statement is about content, so it may come before the merge, here by the author."""
    recorded(repo)
    repo.approve(INCIDENT, at_commit="topic")
    repo.merge("topic", by="rita")


@both(APPROVED, by=["olivia approve"])
def approved_by_a_path_in_another_folder(repo):
    """The path below the year is free."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(by="olivia", lines=[f"Approves: {repo.blob(INCIDENT)} incidents/2021/spring/2021-0001.md"])


@both(APPROVED, by=["mallory merge"])
def approver_added_in_good_order(repo):
    """An approved policy is in force for what follows."""
    change_rules(repo, with_mallory(repo))
    merged(repo, by="mallory")


@both(APPROVED)
def criss_cross_merges(repo):
    """Two branches that merged each other bring one content, and Olivia wrote no part of it."""
    recorded(repo, branch="one")
    recorded(repo, branch="two", path=OTHER, text=SECOND, by="leo")
    for here, there in (("one", "two~0"), ("two", "one~1")):
        repo.switch(here)
        repo.merge(there, by="rita")
    repo.switch("main")
    repo.merge("one", "two")


@both(APPROVED)
def unrelated_histories(repo):
    """A branch without a common ancestor is merged as any other."""
    repo.git("checkout", "-q", "--orphan", "alone")
    repo.git("rm", "-rfq", ".")
    repo.commit({INCIDENT: FIRST})
    repo.switch("main")
    repo.merge("alone", options=["--allow-unrelated-histories"])


@both(APPROVED)
def main_only_at_the_origin(repo):
    """As CI checks out: no branch, the commit alone, and main at the origin."""
    merged(repo)
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.git("checkout", "-q", "--detach")
    repo.git("branch", "-q", "-D", "main")


# The policy, the signers and the rules


@both(PENDING, of="2021-0001")
def policy_widened_in_the_same_change(repo):
    """A policy is not in force in the change that brings it."""
    repo.branch("topic")
    repo.commit({**with_mallory(repo), INCIDENT: FIRST})
    repo.switch("main")
    repo.merge("topic", by="mallory")


@both(PENDING)
def policy_widened_before_without_approval(repo):
    """A policy that nobody approved is not in force later either."""
    repo.commit(with_mallory(repo), by="mallory")
    merged(repo, by="mallory")


@both(PENDING)
def policy_widened_with_one_approval_of_two(repo):
    """One approval of two does not bring a policy into force."""
    repo.branch("rules")
    repo.commit(with_mallory(repo), by="mallory")
    repo.switch("main")
    repo.merge("rules", by="pia")
    merged(repo, by="mallory")


@both(PENDING)
def policy_widened_by_an_approver(repo):
    """Pia changed the policy herself, so of two approvals one is missing."""
    repo.commit(with_mallory(repo), by="pia")
    repo.approve(POLICY, SIGNERS, by="pia")
    repo.approve(POLICY, SIGNERS, by="olivia")
    merged(repo, by="mallory")


@both(PENDING)
def policy_approved_by_those_it_brings(repo):
    """Who is an approver only by the new policy cannot bring it into force."""
    approvers = {**APPROVERS, "party": ("mallory", "ruth"), "office": ("mallory",)}
    extra = repo.keys.signers(mallory=repo.keys.line("mallory"), ruth=repo.keys.line("ruth"))
    repo.commit({POLICY: policy(repo.level, approvers), SIGNERS: extra}, by="rita")
    repo.approve(POLICY, SIGNERS, by="mallory")
    repo.approve(POLICY, SIGNERS, by="ruth")
    merged(repo, by="mallory")


@both(PENDING, of=POLICY)
def policy_pending_where_it_is_not_approved(repo):
    """A change of the policy awaits its approvals like any rule."""
    repo.commit(with_mallory(repo), by="mallory")


@both(APPROVED, by=["olivia merge"])
def policy_put_back(repo):
    """A policy put back is the one that was approved, and all is in order again."""
    repo.commit(with_mallory(repo), by="mallory")
    repo.git("revert", "--no-edit", "HEAD", by="leo")
    merged(repo)


@both(PENDING)
def policy_deleted(repo):
    """A policy does not end by being deleted."""
    repo.commit({POLICY: None}, by="mallory")
    merged(repo, by="mallory")


@both(PENDING)
def policy_deleted_and_written_anew(repo):
    """A policy after a deletion is a change of the one before it."""
    repo.commit({POLICY: None}, by="mallory")
    repo.commit({POLICY: policy("recorded")}, by="mallory")
    repo.commit({INCIDENT: FIRST}, by="mallory")


@both(PENDING)
def policy_lowered_without_approval(repo):
    """Nobody lowers the demand alone; what is shown is the level in force."""
    repo.commit({POLICY: policy("recorded")}, by="mallory")
    repo.commit({INCIDENT: FIRST}, by="mallory")


@both(REFUSED)
def policy_without_any_approval_demanded(repo):
    """A policy that demands no approvals is none: the level says what is demanded."""
    repo.commit({POLICY: policy(repo.level, incidents="{approvals: 0, by: assessor}")}, by="mallory")
    repo.commit({INCIDENT: FIRST}, by="mallory")


@both(PENDING, exit=0, shown_level="recorded")
def policy_lowered_with_approval(repo):
    """Those who may can lower the level, and then nothing is demanded of what nobody approved."""
    change_rules(repo, {POLICY: policy("recorded")})
    repo.commit({INCIDENT: FIRST})


@both(APPROVED, exit=1)
def policy_tightened_without_approval(repo):
    """A stricter policy is not in force either before it is approved, and is itself pending."""
    merged(repo)
    repo.commit({POLICY: policy(repo.level, incidents="{approvals: 2, by: assessor}")}, by="mallory")


@both(PENDING, by=["olivia merge"])
def two_approvals_demanded_later(repo):
    """The number demanded is that of today's policy."""
    merged(repo)
    change_rules(repo, {POLICY: policy(repo.level, incidents="{approvals: 2, by: assessor}")})


@both(APPROVED, by=["olivia merge", "oscar approve"])
def two_approvals_demanded_and_given(repo):
    """Two different people of the office."""
    two_approvals_demanded_later(repo)
    repo.approve(INCIDENT, by="oscar")


@both(PENDING, of=CONDUCT_FILE)
def the_same_person_twice(repo):
    """A person counts once, by merge and by approval."""
    one_approval_for_rules(repo)
    repo.approve(CONDUCT_FILE, by="pia")
    repo.approve(CONDUCT_FILE, by="Pia@Example.org")


@both(REFUSED)
def policy_broken(repo):
    """A policy that cannot be read is a problem with a place, and nothing is approved by it."""
    merged(repo)
    repo.commit({POLICY: "level: [\n"}, by="mallory")


@both(PENDING)
def policy_names_another_main(repo):
    """Which branch is main says the policy in force, not one that somebody wrote on a branch."""
    repo.branch("side")
    repo.commit({POLICY: policy("recorded", main="side")}, by="mallory")
    repo.commit({INCIDENT: FIRST}, by="mallory")


@both(PENDING)
def policy_points_to_a_branch_with_approvals(repo):
    """Approvals on a branch do not become main's by an unapproved policy that calls the branch main."""
    repo.branch("side")
    repo.commit({INCIDENT: FIRST}, by="mallory")
    repo.approve(INCIDENT, by="olivia")
    repo.switch("main")
    repo.commit({POLICY: policy(repo.level, main="side"), INCIDENT: FIRST}, by="mallory")


@both(PENDING)
def assessor_rerouted_without_approval(repo):
    """Who assesses an item say the approved rules."""
    repo.commit({CONDUCT_FILE: CONDUCT.replace("assessor: office", "assessor: library")}, by="mallory")
    merged(repo, by="leo")


@both(APPROVED, by=["leo merge"])
def assessor_rerouted_in_good_order(repo):
    """By approved rules the library assesses, so Leo approves."""
    change_rules(repo, {CONDUCT_FILE: CONDUCT.replace("assessor: office", "assessor: library")})
    merged(repo, by="leo")


@both(PENDING)
def former_assessor(repo):
    """The office assesses the item no longer."""
    change_rules(repo, {CONDUCT_FILE: CONDUCT.replace("assessor: office", "assessor: library")})
    merged(repo, by="olivia")


@both(APPROVED, by=["olivia merge"])
def assessor_changed_later(repo):
    """An approval is judged by the rules of its time."""
    merged(repo)
    change_rules(repo, {CONDUCT_FILE: CONDUCT.replace("assessor: office", "assessor: library")})


@both(APPROVED, by=["olivia merge"])
def approver_removed_later(repo):
    """An approval stays when the person leaves the office."""
    merged(repo)
    change_rules(repo, without_olivia(repo))


@both(PENDING)
def approver_removed_before(repo):
    """Olivia has left the office."""
    change_rules(repo, without_olivia(repo))
    merged(repo)


@both(PENDING)
def removed_approver_rolled_back(repo):
    """A policy that was replaced in good order does not come back by approvals from before it was replaced."""
    before = {POLICY: policy(repo.level)}
    change_rules(repo, without_olivia(repo))
    repo.commit(before, by="mallory")
    merged(repo)


@both(APPROVED, by=["olivia merge"])
def main_renamed_in_good_order(repo):
    """The approved policy says which branch is main."""
    change_rules(repo, {POLICY: policy(repo.level, main="trunk")})
    merged(repo)
    repo.git("branch", "-q", "-m", "main", "trunk")
    repo.record_line(line="trunk")


@both(PENDING)
def item_invented_without_approval(repo):
    """An item that only unapproved rules have has no assessor who could approve."""
    rules = CONDUCT.replace("assessor: office", "assessor: library").replace("attendance:", "presence:")
    repo.commit({"criteria/2021/extra.yaml": rules}, by="mallory")
    recorded(repo, text=incident(criterion="extra.presence"))
    repo.merge("topic", by="leo")


@both(APPROVED, of=CONDUCT_FILE, exit=1)
def rule_file_deleted_without_approval(repo):
    """The rule book without a file of it is another rule book, which nobody approved."""
    repo.commit({"criteria/2021/study.yaml": None}, by="mallory")


@both(APPROVED, of="2021-0002", exit=1)
def incident_deleted_without_approval(repo):
    """A deduction does not go away because somebody deletes its file: it is withdrawn, and that is approved."""
    recorded(repo)
    recorded(repo, branch="other", path=OTHER, text=SECOND)
    repo.merge("topic")
    repo.merge("other")
    repo.commit({INCIDENT: None}, by="mallory")


# The author's own approval


@both(PENDING)
def own_merge(repo):
    """Nobody approves what they wrote."""
    recorded(repo, by="olivia")
    repo.merge("topic", by="olivia")


@both(PENDING)
def own_approve_commit(repo):
    """Nobody approves what they wrote."""
    repo.commit({INCIDENT: FIRST}, by="olivia")
    repo.approve(INCIDENT, by="olivia")


@both(PENDING)
def own_merge_in_capitals(repo):
    """An address in capitals is the same person."""
    recorded(repo, by="Olivia@Example.ORG")
    repo.merge("topic", by="olivia")


@both(APPROVED)
def merge_in_capitals(repo):
    """An address in capitals is the same person, for the approver too."""
    merged(repo, by="OLIVIA@example.org")


@both(PENDING)
def own_content_merged_from_another_committer(repo):
    """The author is who wrote it, not who committed it."""
    recorded(repo, by="olivia", committer="rita", sign=None)
    repo.merge("topic", by="olivia")


@both(PENDING)
def co_author_merges(repo):
    """A co-author is an author."""
    repo.branch("topic")
    repo.commit({INCIDENT: FIRST}, "Record\n\nCo-authored-by: Olivia <olivia@example.org>\n")
    repo.switch("main")
    repo.merge("topic")


@both(PENDING)
def co_author_in_the_middle_merges(repo):
    """A co-author is one wherever the message names them, in whatever case."""
    repo.branch("topic")
    repo.commit({INCIDENT: FIRST}, "Record\n\nco-authored-BY: O <OLIVIA@example.org>\n\nMore words.\n")
    repo.switch("main")
    repo.merge("topic")


@both(PENDING)
def amendment_by_the_approver(repo):
    """Olivia's own wording needs another's approval; hers was of the content before."""
    merged(repo)
    repo.commit({INCIDENT: SECOND}, by="olivia")
    repo.approve(INCIDENT, by="olivia")


@both(APPROVED, by=["oscar approve"])
def amendment_by_the_approver_approved_by_another(repo):
    """Oscar wrote no part of it."""
    amendment_by_the_approver(repo)
    repo.approve(INCIDENT, by="oscar")


@both(PENDING)
def amended_from_the_approvers_words(repo):
    """Olivia recorded it, and stays an author of what others amend."""
    repo.commit({INCIDENT: FIRST}, by="olivia")
    recorded(repo, text=SECOND)
    repo.merge("topic", by="olivia")


@both(PENDING)
def amended_twice_from_the_approvers_words(repo):
    """Authors are all that the chain of amendments had."""
    repo.commit({INCIDENT: FIRST}, by="rita")
    repo.commit({INCIDENT: SECOND}, by="olivia")
    recorded(repo, text=THIRD)
    repo.merge("topic", by="olivia")


@both(PENDING)
def resolved_from_the_approvers_words(repo):
    """A resolution is amended from both sides, and one side is Olivia's."""
    repo.commit({INCIDENT: FIRST})
    repo.branch("topic")
    repo.commit({INCIDENT: SECOND}, by="olivia")
    repo.switch("main")
    repo.commit({INCIDENT: THIRD}, by="rita")
    repo.merge("topic", by="rita", files={INCIDENT: incident("Five people did not come.")})
    repo.approve(INCIDENT, by="olivia")


@both(PENDING)
def deleted_and_recorded_anew(repo):
    """What is recorded in the place of Olivia's deleted words is amended from them."""
    repo.commit({INCIDENT: FIRST}, by="olivia")
    repo.commit({INCIDENT: None}, by="rita")
    recorded(repo, text=SECOND)
    repo.merge("topic", by="olivia")


@differs(reviewed=APPROVED, signed=PENDING)
def picked_by_the_approver(repo):
    """Rita stays the author of what Olivia picks; but at level signed who signed a commit is an author of it."""
    recorded(repo)
    repo.commit({"notes.md": "Something else\n"})
    repo.git("cherry-pick", "topic", by="olivia")
    repo.approve(INCIDENT, by="olivia")


@both(PENDING)
def the_same_bytes_on_two_branches(repo):
    """Olivia wrote the same bytes on a branch of hers, so both are authors."""
    recorded(repo, by="rita", branch="one")
    recorded(repo, by="olivia", branch="two")
    repo.merge("one", by="leo")
    repo.merge("two", by="leo")
    repo.approve(INCIDENT, by="olivia")


@both(PENDING, of="2021-0002")
def own_words_under_another_id(repo):
    """Authorship goes with the bytes: renamed by Rita, they are still Olivia's."""
    repo.commit({INCIDENT: FIRST}, by="olivia")
    repo.branch("topic")
    repo.commit({INCIDENT: None, OTHER: FIRST}, by="rita")
    repo.switch("main")
    repo.merge("topic", by="olivia")


@both(PENDING)
def trailer_that_names_the_author(repo):
    """An author's approval does not count, whoever vouches for it."""
    recorded(repo, by="olivia")
    repo.squash("topic", vouched("olivia"), by="olivia", committer="forge", sign=_forge(repo))


@both(PENDING)
def trailer_that_names_a_co_author(repo):
    """A co-author's approval does not count, whoever vouches for it."""
    pressed(repo, vouched("olivia") + "Co-authored-by: Olivia <olivia@example.org>\n")


def _forge(repo):
    return "forge" if repo.level == "signed" else None


# One key under several names, and names that look alike


@only("signed", PENDING, of=CONDUCT_FILE)
def one_key_on_two_lines_of_the_list(repo):
    """Two lines that name two people for one key are two names of one person."""
    people = {**APPROVERS, "party": ("pia", "paul", "second")}
    signers = repo.keys.signers() + repo.keys.line("second", key="pia")
    change_rules(repo, {SIGNERS: signers, POLICY: policy("signed", people)})
    one_approval_for_rules(repo)
    repo.approve(CONDUCT_FILE, by="second", sign="pia")


@only("signed", PENDING, of=CONDUCT_FILE)
def one_key_under_two_names_one_of_them_later(repo):
    """The list gives the second name only after the first approval, and takes the first away."""
    one_approval_for_rules(repo)
    people = {**APPROVERS, "party": ("pia", "paul", "second")}
    signers = repo.keys.signers(pia=repo.keys.line("second", key="pia"))
    repo.commit({SIGNERS: signers, POLICY: policy("signed", people)}, by="rita")
    for person in ("paul", "olivia"):
        repo.approve(SIGNERS, POLICY, by=person)
    repo.approve(CONDUCT_FILE, by="second", sign="pia")


def _key_for_everybody(repo, pattern="*@example.org"):
    """The list has a line by which the key of Leo speaks for a pattern of addresses."""
    line = repo.keys.line("leo").replace("leo@example.org", pattern, 1)
    change_rules(repo, {SIGNERS: repo.keys.signers(leo=line)})


@only("signed", PENDING, of=CONDUCT_FILE)
def one_key_for_a_pattern_is_one_person(repo):
    """By the list in force the key speaks for any address, but whatever two it bears, it is one person."""
    _key_for_everybody(repo)
    repo.commit({CONDUCT_FILE: CONDUCT.replace("Absent", "Absent without leave")}, by="rita")
    repo.approve(CONDUCT_FILE, by="pia", sign="leo")
    repo.approve(CONDUCT_FILE, by="paul", sign="leo")


@only("signed", PENDING)
def author_with_a_key_for_a_pattern(repo):
    """Who recorded with the key in one name does not approve with it in another."""
    _key_for_everybody(repo)
    recorded(repo, by="rita", sign="leo")
    repo.merge("topic", by="olivia", sign="leo")


@only("signed", PENDING)
def key_for_a_pattern_that_does_not_match(repo):
    """A pattern of other addresses does not make the key Olivia's."""
    _key_for_everybody(repo, "*@library.example.org")
    merged(repo, by="olivia", sign="leo")


@only("signed", PENDING)
def key_for_a_pattern_but_not_for_one(repo):
    """An exclamation mark takes an address out of the pattern."""
    _key_for_everybody(repo, "*@example.org,!olivia@example.org")
    merged(repo, by="olivia", sign="leo")


@both(PENDING)
def an_address_with_the_kelvin_sign(repo):
    """Only the letters of ASCII fold: a Kelvin sign is no K, though some lower it to one."""
    people = {**APPROVERS, "office": ("oscar", "kate@example.org")}
    change_rules(repo, {POLICY: policy(repo.level, people)})
    merged(repo, by="\N{KELVIN SIGN}ate@example.org", sign=None)


@both(PENDING)
def an_address_with_a_dotless_i(repo):
    """A dotless i is no i, in no country."""
    merged(repo, by="ol\N{LATIN SMALL LETTER DOTLESS I}v\N{LATIN SMALL LETTER DOTLESS I}a@example.org", sign=None)


@both(PENDING)
def an_address_with_a_dotted_capital_i(repo):
    """A capital i with a dot is no i, in no country."""
    name = "OL\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}V\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}A@EXAMPLE.ORG"
    merged(repo, by=name, sign=None)


@both(PENDING)
def an_address_with_a_long_s(repo):
    """A long s is no s, though Unicode folds it to one."""
    merged(repo, by="o\N{LATIN SMALL LETTER LONG S}car@example.org", sign=None)


# The approver's own words


@both(PENDING, of="2021-0002")
def own_words_under_another_id_with_other_white_space(repo):
    """White space makes no other author: Olivia's words, wrapped anew by Rita under another id, are Olivia's."""
    repo.commit({INCIDENT: FIRST}, by="olivia")
    repo.branch("topic")
    repo.commit({INCIDENT: None, OTHER: FIRST.replace("Two people did", "Two  people\ndid") + "\n"}, by="rita")
    repo.switch("main")
    repo.merge("topic", by="olivia")


@both(PENDING, of="2021-0002")
def own_words_with_the_line_breaks_of_windows(repo):
    """Other line breaks make no other author."""
    repo.commit({INCIDENT: FIRST}, by="olivia")
    recorded(repo, path=OTHER, text=FIRST.replace("\n", "\r\n"))
    repo.merge("topic", by="olivia")


@both(PENDING, of="2021-0002")
def own_words_in_another_folder(repo):
    """In another folder and under another id they are Olivia's words all the same."""
    repo.commit({"incidents/2021/spring/2021-0001.md": FIRST}, by="olivia")
    recorded(repo, path="incidents/2021/autumn/2021-0002.md")
    repo.merge("topic", by="olivia")


@both(PENDING)
def own_words_by_way_of_another_id_and_back(repo):
    """Recorded by Olivia, renamed by Rita, and renamed back by Leo: Olivia's."""
    repo.commit({INCIDENT: FIRST}, by="olivia")
    repo.commit({INCIDENT: None, OTHER: FIRST + "\n"}, by="rita")
    recorded(repo, text=FIRST.replace("did not", "did  not"), by="leo")
    repo.merge("topic", by="olivia")


@both(PENDING)
def own_words_from_a_branch_that_is_merged_later(repo):
    """Olivia wrote the words on a branch that is merged before she approves Rita's copy."""
    repo.branch("hers")
    repo.commit({OTHER: FIRST}, by="olivia")
    repo.switch("main")
    repo.merge("hers", by="leo")
    repo.commit({INCIDENT: FIRST + "\n"}, by="rita")
    repo.approve(INCIDENT, by="olivia")


# Claims of authorship that are hard to read


def _claimed(repo, claim):
    """Rita records with a claim that Olivia wrote too, and Olivia merges."""
    repo.branch("topic")
    repo.commit({INCIDENT: FIRST}, f"Record\n\n{claim}\n", by="rita")
    repo.switch("main")
    repo.merge("topic", by="olivia")


@both(PENDING)
def claim_that_is_folded(repo):
    """A line that begins with a space goes on with the one before."""
    _claimed(repo, "Co-authored-by: Olivia of the office\n <olivia@example.org>")


@both(PENDING)
def claim_that_is_folded_twice(repo):
    """Also where nothing stands behind the colon, and with a tab."""
    _claimed(repo, "Co-authored-by:\n\tOlivia\n\t<olivia@example.org>")


@both(PENDING)
def claim_with_several_addresses(repo):
    """All that are named are authors, not the first or the last."""
    _claimed(repo, "Co-authored-by: Leo <leo@example.org>, Olivia <olivia@example.org>, Pia <pia@example.org>")


@both(PENDING)
def claim_with_words_behind(repo):
    """What stands behind an address does not hide it."""
    _claimed(repo, "Co-authored-by: Olivia <olivia@example.org> (the second half), see below")


@both(PENDING)
def claim_without_brackets(repo):
    """An address is one without brackets too."""
    _claimed(repo, "Co-authored-by: olivia@example.org.")


@both(PENDING)
def claim_with_a_bare_name(repo):
    """Where no address can be read, whoever bears the name is an author."""
    _claimed(repo, "Co-authored-by: Olivia")


@both(PENDING)
def claim_with_a_bare_name_among_others(repo):
    """The same among several names."""
    _claimed(repo, "Co-authored-by: Leo, OLIVIA and Pia")


@both(PENDING)
def claim_in_full_width_letters(repo):
    """As it is typed with a Chinese keyboard."""
    _claimed(repo, "Ｃｏ－ａｕｔｈｏｒｅｄ－ｂｙ：Olivia《olivia＠example.org》")


@both(PENDING)
def claim_quoted_and_in_a_list(repo):
    """Where a message quotes another, or has a list."""
    _claimed(repo, "> * Co-Authored-By: Olivia <olivia@example.org>\n\nand more words.")


@both(PENDING)
def claim_with_other_hyphens(repo):
    """Hyphens that a word processor made longer, or left out."""
    _claimed(repo, "Co\N{NON-BREAKING HYPHEN}authored\N{EN DASH}by: Olivia <olivia@example.org>")


@both(PENDING)
def claim_in_a_commit_without_changes(repo):
    """A claim in the middle of the branch speaks for that commit, here the one that wrote the content."""
    repo.branch("topic")
    repo.commit({INCIDENT: FIRST}, "Record\n\nCo-authored-by: O <olivia@example.org>\n", by="rita")
    repo.commit({"notes.md": "More\n"}, "More", by="rita")
    repo.switch("main")
    repo.merge("topic", by="olivia")


@both(PENDING)
def claim_in_the_squash_alone(repo):
    """The claim that a forge writes into the squash makes its own approver an author."""
    pressed(repo, vouched("olivia") + "Co-authored-by:\n Olivia <olivia@example.org>\n")


@both(APPROVED)
def claim_of_somebody_else(repo):
    """A claim that names Leo leaves Olivia alone."""
    _claimed(repo, "Co-authored-by: Leo <leo@example.org>")


# Who may


@both(PENDING)
def merge_by_another_department(repo):
    """The library does not assess the item."""
    merged(repo, by="leo")


@both(PENDING)
def merge_by_nobody_known(repo):
    """Mallory is no approver."""
    merged(repo, by="mallory")


@both(PENDING)
def an_address_that_looks_alike(repo):
    """A Cyrillic letter makes another address; at level signed it would need a key as well."""
    merged(repo, by="\N{CYRILLIC SMALL LETTER O}livia@example.org", sign=None)


@both(PENDING)
def mailmap_makes_somebody_olivia(repo):
    """The address is the commit's own; .mailmap is a file that anybody may write."""
    repo.commit({".mailmap": "Olivia <olivia@example.org> <mallory@example.org>\n"}, by="mallory")
    merged(repo, by="mallory")


@both(PENDING)
def committer_is_an_approver(repo):
    """Olivia applied the merge of somebody else; a statement is the author's."""
    recorded(repo)
    repo.merge("topic", by="leo", committer="olivia", sign="leo" if repo.level == "signed" else None)


# Merges that prove nothing


@both(PENDING)
def fast_forward_without_a_statement(repo):
    """Without a merge commit nobody has said anything."""
    recorded(repo)
    repo.forward("topic")


@both(PENDING)
def evil_merge(repo):
    """What the merge brings from neither side is the merger's own."""
    recorded(repo)
    repo.merge("topic", files={INCIDENT: SECOND})


@both(PENDING)
def evil_merge_approved_by_the_merger(repo):
    """What the merge brings from neither side has the merger as an author."""
    evil_merge(repo)
    repo.approve(INCIDENT, by="olivia")


@both(APPROVED, by=["oscar approve"])
def evil_merge_approved_by_another(repo):
    """Oscar may approve what Olivia wrote in a merge."""
    evil_merge(repo)
    repo.approve(INCIDENT, by="oscar")


@both(PENDING)
def evil_merge_with_a_trailer(repo):
    """A trailer of a merge speaks only for what was taken unchanged."""
    recorded(repo)
    repo.merge("topic", by="leo", files={INCIDENT: SECOND}, message=vouched("olivia"), sign=_forge(repo))


@both(PENDING)
def incident_slipped_into_a_merge(repo):
    """An incident on neither side is the merger's, and the merge approves only the other."""
    recorded(repo, path=OTHER)
    repo.merge("topic", files={INCIDENT: SECOND})


@both(PENDING)
def conflict_resolved(repo):
    """A resolution is new content of the merger, who stays without a say."""
    merged(repo)
    repo.branch("topic")
    repo.commit({INCIDENT: SECOND})
    repo.switch("main")
    repo.commit({INCIDENT: THIRD})
    repo.merge("topic", files={INCIDENT: incident("Five people did not come.")})
    repo.approve(INCIDENT, by="olivia")


@both(APPROVED, by=["oscar approve"])
def conflict_resolved_and_approved_by_another(repo):
    """Oscar wrote no part of the resolution."""
    conflict_resolved(repo)
    repo.approve(INCIDENT, by="oscar")


@both(PENDING)
def merge_of_something_else(repo):
    """A merge says nothing of what was on main before."""
    repo.commit({INCIDENT: FIRST})
    recorded(repo, path=OTHER, text=SECOND)
    repo.merge("topic")


@both(PENDING)
def merge_that_takes_nothing(repo):
    """A merge that kept main as it was saw nothing of the branch that arrived."""
    recorded(repo)
    repo.merge("topic", options=["-s", "ours"])
    repo.commit({INCIDENT: FIRST})


@both(PENDING)
def foxtrot(repo):
    """Mallory merged main into her branch and main went forward: Olivia's merge has left main's line."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="mallory")
    repo.switch("main")
    merged(repo)
    repo.switch("fox")
    repo.merge("main", by="mallory")
    repo.switch("main")
    repo.forward("fox")


@both(APPROVED, by=["oscar merge"])
def foxtrot_by_an_approver(repo):
    """Olivia's merge has left main's line, but Oscar took the incident over in his own merge."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="mallory")
    repo.switch("main")
    merged(repo)
    repo.switch("fox")
    repo.merge("main", by="oscar")
    repo.switch("main")
    repo.forward("fox")


@both(PENDING)
def foxtrot_that_origin_has_not_seen(repo):
    """The branch here decides, as it will for all others once it is pushed."""
    foxtrot(repo)
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD^2")


@both(PENDING)
def longer_main_at_the_origin(repo):
    """The branch here decides, not which of two has more commits."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="mallory")
    repo.switch("main")
    merged(repo)
    for number in range(3):
        repo.commit({"more.md": f"{number}\n"})
    repo.git("update-ref", "refs/remotes/origin/main", "main")
    repo.switch("fox")
    repo.merge("main", by="mallory")
    repo.switch("main")
    repo.forward("fox")


@both(PENDING)
def removed_approver_goes_round_the_removal(repo):
    """Olivia merges main, with her removal, into a branch from before it: main's line is not hers to exchange."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="olivia")
    repo.switch("main")
    change_rules(repo, without_olivia(repo))
    recorded(repo)
    repo.switch("fox")
    repo.merge("main", by="olivia", options=["-s", "ours"])
    repo.merge("topic", by="olivia")
    repo.switch("main")
    repo.forward("fox")


@both(PENDING)
def removed_approver_approves_before_she_exchanges_the_line(repo):
    """What Olivia merged on her line before she merged main into it counts no more than what she merges after it."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="olivia")
    repo.switch("main")
    change_rules(repo, without_olivia(repo))
    recorded(repo)
    repo.switch("fox")
    repo.merge("topic", by="olivia")
    repo.merge("main", by="olivia", options=["-s", "ours"])
    repo.switch("main")
    repo.reset("fox")


@both(UNKNOWN, exit=1)
def a_removal_on_the_other_line_leaves_the_others_alone(repo):
    """Oscar was not removed, but the line lost the removal of Olivia: nothing on it is proved, and nothing is built."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="olivia")
    repo.switch("main")
    change_rules(repo, without_olivia(repo))
    recorded(repo)
    repo.switch("fox")
    repo.merge("main", by="olivia", options=["-s", "ours"])
    repo.merge("topic", by="oscar")
    repo.switch("main")
    repo.forward("fox")


@both(APPROVED, by=["olivia merge"], exit=1)
def a_branch_that_only_proposes_a_removal_removes_nobody(repo):
    """A change of the policy that nobody approved takes nothing from Olivia when it is merged."""
    repo.branch("coup")
    repo.commit(without_olivia(repo), by="rita")
    repo.switch("main")
    repo.merge("coup", by="rita")
    recorded(repo)
    repo.merge("topic", by="olivia")


@both(PENDING)
def main_merged_into_the_branch(repo):
    """Olivia merged main into the branch, not the branch into main: she took nothing of it."""
    recorded(repo)
    repo.commit({"notes.md": "Something else\n"})
    repo.switch("topic")
    repo.merge("main")
    repo.switch("main")
    repo.forward("topic")


@both(PENDING)
def branch_from_before_the_policy(repo):
    """A line that leaves the policy out by merging main into an older branch does not escape it."""
    repo.git("checkout", "-q", "--orphan", "alone")
    repo.commit({POLICY: policy("recorded"), INCIDENT: FIRST}, by="mallory")
    repo.merge("main", by="mallory", options=["--allow-unrelated-histories", "-s", "ours"])
    repo.switch("main")
    repo.forward("alone")


# The main line exchanged


def _recorded_on(repo, branch):
    """The incident recorded on a branch that has nothing of main, and stood on that."""
    repo.branch("topic", at=f"{branch}~1")
    repo.commit({INCIDENT: FIRST}, by="rita")
    repo.switch(branch)


def _exchange(repo, change, by="olivia"):
    """Something is taken away on main; by a line from before, into which main is merged unread, main is exchanged."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by=by)
    repo.switch("main")
    change_rules(repo, change)
    recorded(repo)
    repo.switch("fox")
    repo.merge("main", by=by, options=["-s", "ours"])
    repo.git("branch", "-q", "-f", "main", "fox")
    repo.switch("main")


@both(PENDING)
def exchanged_by_an_intermediate_branch(repo):
    """A removal is lost no more by two steps than by one: main goes into a branch, and that into another."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="olivia")
    repo.switch("main")
    change_rules(repo, without_olivia(repo))
    repo.branch("between", at="fox")
    repo.commit({"more.md": "Between\n"}, by="olivia")
    repo.merge("main", by="olivia", options=["-s", "ours"])
    repo.switch("fox")
    repo.merge("between", by="olivia", options=["-s", "ours"])
    _recorded_on(repo, "fox")
    repo.merge("topic", by="olivia")
    repo.switch("main")
    repo.reset("fox")


@both(PENDING)
def exchanged_by_a_branch_that_hides_main_as_its_second_parent(repo):
    """Main hangs below the second parent of the second parent, behind a first parent that knows nothing of it."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="olivia")
    repo.switch("main")
    change_rules(repo, without_olivia(repo))
    repo.branch("between", at="fox~1")
    repo.commit({"more.md": "Between\n"}, by="mallory")
    repo.merge("main", by="olivia", options=["-s", "ours"])
    repo.commit({"more.md": "More\n"}, by="mallory")
    repo.branch("second", at="fox~1")
    repo.commit({"second.md": "Second\n"}, by="mallory")
    repo.merge("between", by="olivia", options=["-s", "ours"])
    repo.switch("fox")
    repo.merge("second", by="olivia", options=["-s", "ours"])
    _recorded_on(repo, "fox")
    repo.merge("topic", by="olivia")
    repo.switch("main")
    repo.reset("fox")


@both(PENDING)
def exchanged_twice(repo):
    """Who exchanges the line twice has not escaped either time."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="olivia")
    repo.branch("wolf")
    repo.commit({"notes.md": "Wolf\n"}, by="olivia")
    repo.switch("main")
    change_rules(repo, without_olivia(repo))
    repo.switch("fox")
    repo.merge("main", by="olivia", options=["-s", "ours"])
    repo.switch("wolf")
    repo.merge("fox", by="olivia", options=["-s", "ours"])
    _recorded_on(repo, "wolf")
    repo.merge("topic", by="olivia")
    repo.switch("main")
    repo.reset("wolf")


@both(PENDING)
def exchanged_in_two_helpings(repo):
    """First main as of the change that nobody had approved yet, then its approvals: together they are the removal."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="olivia")
    repo.switch("main")
    repo.commit(without_olivia(repo), by="rita")
    repo.approve(POLICY, by="pia")
    repo.approve(POLICY, by="paul")
    repo.switch("fox")
    repo.merge("main~2", by="olivia", options=["-s", "ours"])
    repo.merge("main", by="olivia", options=["-s", "ours"])
    _recorded_on(repo, "fox")
    repo.merge("topic", by="olivia")
    repo.switch("main")
    repo.reset("fox")


@both(UNKNOWN, exit=1, of=CONDUCT_FILE)
def rules_lost_in_two_helpings(repo):
    """Two approvals that were merged one by one are two approvals that the line lost."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="mallory")
    repo.switch("main")
    change_rules(repo, {CONDUCT_FILE: CONDUCT.replace("deduct: 1,", "deduct: 2,")})
    repo.switch("fox")
    repo.merge("main~1", by="mallory", options=["-s", "ours"])
    repo.merge("main", by="mallory", options=["-s", "ours"])
    repo.switch("main")
    repo.reset("fox")


@both(PENDING)
def exchanged_by_an_octopus(repo):
    """Main is the third parent of a merge of two harmless branches."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="olivia")
    repo.branch("other", at="fox~1")
    repo.commit({"other.md": "Other\n"}, by="olivia")
    repo.switch("main")
    change_rules(repo, without_olivia(repo))
    repo.switch("fox")
    repo.merge("other", "main", by="olivia", options=["-s", "ours"])
    _recorded_on(repo, "fox")
    repo.merge("topic", by="olivia")
    repo.switch("main")
    repo.reset("fox")


@only("signed", PENDING)
def exchanged_after_a_key_was_revoked(repo):
    """A key that main revoked signs on no other line."""
    _exchange(repo, {SIGNERS: repo.keys.signers(olivia=None)})
    repo.merge("topic", by="olivia")


@only("signed", PENDING)
def exchanged_after_a_key_was_replaced(repo):
    """The old key of Olivia, lost and replaced on main, signs on no other line."""
    new = repo.keys.signers(olivia=repo.keys.line("olivia", key="olivia2"))
    _exchange(repo, {SIGNERS: new}, by="mallory")
    repo.merge("topic", by="olivia")


@only("signed", PENDING)
def exchanged_after_a_key_got_a_last_day(repo):
    """A list that gives a key a last day takes the line without one away."""
    ends = repo.keys.signers(olivia=repo.keys.line("olivia", options='namespaces="git",valid-before="20210401Z"'))
    _exchange(repo, {SIGNERS: ends}, by="mallory")
    repo.merge("topic", by="olivia")


@only("signed", PENDING)
def exchanged_after_a_key_was_revoked_with_another_spelling_of_its_line(repo):
    """The line of the revoked key is back with another comment and spaces, on the line of who exchanges it."""
    line = repo.keys.line("olivia")
    repo.branch("fox")
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=line.strip() + "  a comment\n")})
    repo.git("branch", "-q", "-f", "fox", "main")
    repo.switch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="olivia")
    repo.switch("main")
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=None)})
    recorded(repo)
    repo.switch("fox")
    repo.merge("main", by="olivia", options=["-s", "ours"])
    repo.merge("topic", by="olivia")
    repo.switch("main")
    repo.reset("fox")


@only("signed", PENDING)
def exchanged_after_a_forge_was_removed(repo):
    """A forge that main removed vouches on no other line."""
    _exchange(repo, {POLICY: policy("signed", forges="[]")}, by="mallory")
    pressed(repo, vouched("olivia"))


@only("signed", PENDING, exit=1)
def exchanged_after_the_level_was_raised(repo):
    """Main asks for signatures; a line from when addresses were enough does not."""
    change_rules(repo, {POLICY: policy("reviewed")})
    _exchange(repo, {POLICY: policy("signed")}, by="mallory")
    repo.merge("topic", by="olivia", sign=None)


@both(PENDING)
def exchanged_after_the_level_was_raised_from_recorded(repo):
    """A line from when nothing was demanded meets main, and main's demand holds."""
    change_rules(repo, {POLICY: policy("recorded")})
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="mallory")
    repo.switch("main")
    repo.commit({POLICY: policy(repo.level)}, by="rita")
    repo.switch("fox")
    repo.commit({INCIDENT: FIRST}, by="mallory")
    repo.merge("main", by="mallory", options=["-s", "ours"])
    repo.switch("main")
    repo.reset("fox")


@both(PENDING)
def exchanged_after_the_number_was_raised(repo):
    """Main asks for two approvals of an incident; on the other line one was enough."""
    _exchange(repo, {POLICY: policy(repo.level, incidents="{approvals: 2, by: assessor}")}, by="mallory")
    repo.merge("topic", by="olivia")


@both(PENDING)
def exchanged_after_another_office_came_to_decide(repo):
    """Main says that the party approves incidents, no longer who assesses them."""
    _exchange(repo, {POLICY: policy(repo.level, incidents="{approvals: 1, by: party}")}, by="olivia")
    repo.merge("topic", by="olivia")


@both(PENDING)
def exchanged_after_the_assessor_changed(repo):
    """Main's rules let the library assess; the office does not approve on a line from before."""
    _exchange(repo, {CONDUCT_FILE: CONDUCT.replace("assessor: office", "assessor: library")}, by="olivia")
    repo.merge("topic", by="olivia")


@both(PENDING, of=CONDUCT_FILE)
def exchanged_after_an_approver_of_rules_was_removed(repo):
    """Paul, whom main removed, gives no approval of rules on another line."""
    _exchange(repo, {POLICY: policy(repo.level, {**APPROVERS, "party": ("pia",)})}, by="paul")
    change_rules(repo, {CONDUCT_FILE: CONDUCT.replace("Absent", "Absent without leave")})


@both(PENDING)
def exchanged_and_the_removed_named_again_by_the_removed(repo):
    """Olivia is not brought back by a policy that only her line approves with her own word."""
    _exchange(repo, without_olivia(repo), by="olivia")
    repo.commit({POLICY: policy(repo.level) + "# Again\n"}, by="rita")
    repo.approve(POLICY, by="olivia")
    repo.approve(POLICY, by="mallory")
    repo.merge("topic", by="olivia")


@both(UNKNOWN, exit=1)
def two_roots_joined_by_a_stranger(repo):
    """By Mallory's site, with main as a second parent, nothing is proved: what main had is lost, nothing is built."""
    repo.git("checkout", "-q", "--orphan", "alone")
    repo.commit({**with_mallory(repo), INCIDENT: FIRST}, by="rita")
    repo.approve(INCIDENT, by="mallory")
    repo.merge("main", by="mallory", options=["--allow-unrelated-histories", "-s", "ours"])
    repo.switch("main")
    repo.reset("alone")


@both(UNKNOWN, exit=1)
def two_roots_with_a_policy_of_ones_own(repo):
    """The same with a policy that demands as much, and names Mallory alone."""
    repo.git("checkout", "-q", "--orphan", "alone")
    people = dict.fromkeys(APPROVERS, ("mallory",))
    signers = {SIGNERS: repo.keys.line("mallory")}
    repo.commit({POLICY: policy(repo.level, people), **signers}, by="ruth", sign=None)
    repo.branch("own", at="alone")
    repo.commit({INCIDENT: FIRST})
    repo.switch("alone")
    repo.merge("own", by="mallory")
    repo.merge("main", by="mallory", options=["--allow-unrelated-histories", "-s", "ours"])
    repo.switch("main")
    repo.reset("alone")


# Approvals that the other line had


@both(UNKNOWN, exit=1, by=["olivia merge"])
def a_withdrawal_lost_on_an_exchanged_line(repo):
    """The withdrawal that was approved on main is told to be lost, and nothing is built on this line."""
    merged(repo)
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="mallory")
    repo.switch("main")
    recorded(repo, branch="withdrawal", text=incident("Two.", withdrawn="{date: 2021-04-01, reason: A mistake}"))
    repo.merge("withdrawal", by="oscar")
    repo.switch("fox")
    repo.merge("main", by="mallory", options=["-s", "ours"])
    repo.switch("main")
    repo.reset("fox")


@both(UNKNOWN, exit=1, by=["olivia merge"])
def a_lost_withdrawal_in_the_approvers_own_name(repo):
    """Writing the lost words again in the name of who approved them does not hide that they were approved."""
    words = incident("Two.", withdrawn="{date: 2021-04-01, reason: A mistake}")
    merged(repo)
    repo.branch("fox")
    claims = "".join(f"Co-authored-by: X <{name}@example.org>\n" for name in ("olivia", "oscar"))
    repo.commit({INCIDENT: words}, f"Mine\n\n{claims}", by="mallory", sign=None)
    repo.commit({INCIDENT: FIRST}, by="mallory", sign=None)
    repo.switch("main")
    recorded(repo, branch="withdrawal", text=words)
    repo.merge("withdrawal", by="oscar")
    repo.switch("fox")
    repo.merge("main", by="mallory", options=["-s", "ours"])
    repo.switch("main")
    repo.reset("fox")


@both(UNKNOWN, exit=1, of=CONDUCT_FILE)
def rules_lost_on_an_exchanged_line(repo):
    """Rules that were approved on main, and are not in force on this line, are told to be lost."""
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="mallory")
    repo.switch("main")
    change_rules(repo, {CONDUCT_FILE: CONDUCT.replace("deduct: 1,", "deduct: 2,")})
    repo.switch("fox")
    repo.merge("main", by="mallory", options=["-s", "ours"])
    repo.switch("main")
    repo.reset("fox")


@both(UNKNOWN, exit=1, by=["olivia merge"])
def a_withdrawal_lost_by_two_steps(repo):
    """The line with the withdrawal hangs behind a branch whose first parent has nothing of it."""
    merged(repo)
    repo.branch("fox")
    repo.commit({"notes.md": "Fox\n"}, by="mallory")
    repo.branch("between")
    repo.commit({"more.md": "Between\n"}, by="mallory")
    repo.switch("main")
    recorded(repo, branch="withdrawal", text=incident("Two.", withdrawn="{date: 2021-04-01, reason: A mistake}"))
    repo.merge("withdrawal", by="oscar")
    repo.switch("between")
    repo.merge("main", by="mallory", options=["-s", "ours"])
    repo.switch("fox")
    repo.merge("between", by="mallory", options=["-s", "ours"])
    repo.switch("main")
    repo.reset("fox")


@pytest.mark.parametrize("level", ["reviewed", "signed"])
@pytest.mark.parametrize(
    "build",
    [
        two_roots_joined_by_a_stranger,
        two_roots_with_a_policy_of_ones_own,
        a_withdrawal_lost_on_an_exchanged_line,
        a_lost_withdrawal_in_the_approvers_own_name,
        a_withdrawal_lost_by_two_steps,
        rules_lost_on_an_exchanged_line,
        rules_lost_in_two_helpings,
    ],
    ids=lambda build: build.__name__,
)
def test_nothing_is_scored_on_a_line_that_lost_approvals(build, level, bases, tmp_path):
    repo = bases[level].copy(tmp_path / "site")
    build(repo)
    for command in (["score", "--year", "2021", "--format", "json"], ["build", "--output", tmp_path / "pages"]):
        told = run(repo.folder, *command)
        assert (told.exit, told.output) == (1, ""), told
        assert "line-unproved" in told.complaint
    assert verify(repo.folder).result["unproved"]


@pytest.mark.parametrize("level", ["reviewed", "signed"])
def test_many_changes_of_rules_in_good_order_are_no_rivals(level, bases, tmp_path):
    """Branches of rules that were merged and approved on main are followed only where somebody approved on them."""
    repo = bases[level].copy(tmp_path / "site")
    for number in range(70):
        repo.branch("rules")
        repo.commit({CONDUCT_FILE: CONDUCT.replace("Absent", f"Absent {number}")}, by="rita", sign=None)
        repo.switch("main")
        repo.merge("rules", by="pia")
    repo.approve(CONDUCT_FILE, by="paul")
    shown = verify(repo.folder)
    assert (shown.exit, shown.result["unproved"]) == (0, None)


# Content that changes, goes and comes back


@both(PENDING)
def amendment_after_approval(repo):
    """Approved was the content before."""
    merged(repo)
    repo.commit({INCIDENT: SECOND})


@both(APPROVED, by=["olivia merge"])
def amendment_reverted(repo):
    """The content is back, and with it the approval of exactly this content."""
    amendment_after_approval(repo)
    repo.git("revert", "--no-edit", "HEAD", by="mallory")


@both(APPROVED, by=["olivia approve"])
def reverter_approves(repo):
    """Who brings back earlier content wrote nothing."""
    repo.commit({INCIDENT: FIRST})
    repo.commit({INCIDENT: SECOND})
    repo.git("revert", "--no-edit", "HEAD", by="olivia")
    repo.approve(INCIDENT, by="olivia")


@both(APPROVED, by=["olivia approve"])
def reverter_beside_the_same_bytes_on_a_branch(repo):
    """Olivia only brought back what Rita had written; that Leo wrote the same elsewhere makes her no author."""
    repo.commit({INCIDENT: FIRST})
    repo.branch("side", at="HEAD~1")
    repo.commit({INCIDENT: FIRST}, by="leo")
    repo.switch("main")
    repo.commit({INCIDENT: SECOND})
    repo.git("revert", "--no-edit", "HEAD", by="olivia")
    repo.merge("side", by="leo")
    repo.approve(INCIDENT, by="olivia")


@both(APPROVED)
def moved_in_the_merge(repo):
    """A merge that also moves the incident within its year writes nothing, so the merger may approve."""
    recorded(repo)
    moved = "incidents/2021/spring/2021-0001.md"
    repo.merge("topic", files={INCIDENT: None, moved: FIRST})
    repo.approve(moved, by="olivia")


@both(APPROVED, by=["olivia merge"])
def deleted_and_added_again(repo):
    """The same bytes under the same id are the content that was approved."""
    merged(repo)
    repo.commit({INCIDENT: None}, by="mallory")
    repo.commit({INCIDENT: FIRST}, by="mallory")


@both(PENDING, of="2021-0002")
def renamed_to_another_id(repo):
    """Another id is another incident; approvals stay behind."""
    merged(repo)
    repo.commit({INCIDENT: None, OTHER: FIRST})


@both(APPROVED, of="2021-0002", by=["oscar approve"])
def renamed_to_another_id_and_approved(repo):
    """Under its new id the content is approved anew."""
    renamed_to_another_id(repo)
    repo.approve(OTHER, by="oscar")


@both(PENDING, of="2021-0002")
def approved_content_copied(repo):
    """The same bytes twice would deduct twice; the copy awaits its own approval."""
    merged(repo)
    repo.commit({OTHER: FIRST}, by="mallory")


@both(PENDING)
def commit_amended_after_approval(repo):
    """What was approved is not what the rewritten commit holds."""
    repo.commit({INCIDENT: FIRST})
    approval = repo.approve(INCIDENT)
    repo.reset("HEAD~1")
    repo.write({INCIDENT: SECOND})
    repo.git("commit", "-q", "-a", "--amend", "-m", "Record")
    repo.git("cherry-pick", "--allow-empty", approval, by="mallory", sign=None)


# Statements that do not bind


@both(PENDING)
def statement_for_another_id(repo):
    """The statement names the bytes under another id."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(lines=[f"Approves: {repo.blob(INCIDENT)} {OTHER}"])


@both(PENDING)
def statement_for_another_year(repo):
    """The statement names the bytes under another year."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(lines=[f"Approves: {repo.blob(INCIDENT)} incidents/2022/2021-0001.md"])


@both(PENDING)
def statement_for_another_content(repo):
    """The statement names what the incident said before."""
    repo.commit({INCIDENT: FIRST})
    repo.commit({INCIDENT: SECOND})
    repo.approve(INCIDENT, at_commit="HEAD~1")


@both(PENDING, of=CONDUCT_FILE)
def statement_for_another_rule_file(repo):
    """A rule file is bound by its whole path."""
    changed = CONDUCT.replace("Absent", "Absent without leave")
    repo.commit({CONDUCT_FILE: changed})
    line = f"Approves: {repo.blob(CONDUCT_FILE)} criteria/2022/conduct.yaml"
    repo.approve(by="pia", lines=[line])
    repo.approve(by="olivia", lines=[line])


@both(PENDING)
def malformed_statements(repo):
    """A statement is a whole blob id, one space and a path; nothing is guessed."""
    repo.commit({INCIDENT: FIRST})
    blob = repo.blob(INCIDENT)
    repo.approve(
        lines=[
            *(f"Approves: {wrong}" for wrong in (blob, f"{blob[:10]} {INCIDENT}", INCIDENT, f"{blob} {OTHER}")),
            *(
                f"Approves: {wrong} {INCIDENT}"
                for wrong in ("0" * 40, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "HEAD")
            ),
            f"Approves: {blob} /{INCIDENT}",
            f"Approves: {blob} ../{INCIDENT}",
            f"Approves: {blob} {INCIDENT}/",
            f"Approves: {blob} {INCIDENT.replace('/', chr(92))}",
            f"Disapproves: {blob} {INCIDENT}",
        ]
    )


@both(APPROVED)
def malformed_statements_beside_a_good_one(repo):
    """A line that says nothing takes nothing from one that does."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(INCIDENT, lines=["Approves: nothing", f"Approves: {'0' * 40} {INCIDENT}"])


@both(PENDING)
def approve_commit_that_changes_a_file(repo):
    """Who approves changes nothing in the same commit: what was seen must be clear."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(INCIDENT, files={OTHER: SECOND})


@both(PENDING)
def approve_merge(repo):
    """Only a commit with a single parent approves by name."""
    repo.commit({INCIDENT: FIRST})
    repo.branch("topic", at="HEAD~1")
    repo.commit({"notes.md": "Something else\n"})
    repo.switch("main")
    repo.merge("topic", message=f"Approve\n\nApproves: {repo.blob(INCIDENT)} {INCIDENT}\n")


@both(PENDING)
def approve_commit_on_a_side_branch(repo):
    """An approval on a branch that the author merges does not lie on main's line."""
    recorded(repo)
    repo.switch("topic")
    repo.approve(INCIDENT)
    repo.switch("main")
    repo.merge("topic", by="rita")


@both(PENDING)
def merge_on_a_side_branch(repo):
    """A merge into a branch that the author merges does not lie on main's line."""
    recorded(repo)
    repo.branch("side")
    repo.merge("topic", by="olivia")
    repo.switch("main")
    repo.merge("side", by="rita")


@both(PENDING)
def statement_in_the_middle(repo):
    """Only the last paragraph holds statements, for text above it may quote others."""
    repo.commit({INCIDENT: FIRST})
    repo.commit(message=f"Approve\n\nApproves: {repo.blob(INCIDENT)} {INCIDENT}\n\nSaid Rita.\n", by="olivia")


@both(PENDING)
def trailer_in_the_middle(repo):
    """Only the last paragraph holds trailers."""
    pressed(repo, vouched("olivia") + "\nThis closes the case.\n")


@both(PENDING)
def trailer_among_words(repo):
    """A paragraph with words between the trailers is prose."""
    pressed(repo, vouched("olivia") + "as she said on the phone\n")


@both(PENDING)
def trailer_as_the_title(repo):
    """The first line of a message is its title."""
    pressed(repo, "Approved-by: Olivia <olivia@example.org>\n")


@both(PENDING)
def trailer_picked_from_elsewhere(repo):
    """A commit that was picked carries the trailers of another history."""
    pressed(repo, vouched("olivia") + f"(cherry picked from commit {'1' * 40})\n")


@both(PENDING)
def trailer_without_an_address(repo):
    """A name is no person."""
    pressed(repo, "Record\n\nApproved-by: Olivia\nApproved-by: <>\nApproved-by:\nApproved-by: olivia <olivia>\n")


@both(PENDING)
def trailer_of_another_department(repo):
    """Leo does not assess the item, whoever vouches for his approval."""
    pressed(repo, vouched("leo"))


@both(PENDING)
def trailer_of_a_commit_that_changes_something_else(repo):
    """A trailer speaks for the files of its own commit."""
    repo.commit({INCIDENT: FIRST})
    repo.commit({OTHER: SECOND}, vouched("olivia"), committer="forge", sign=_forge(repo))


@both(PENDING)
def trailer_on_a_side_branch(repo):
    """Trailers count on main's line only."""
    repo.branch("topic")
    repo.commit({INCIDENT: FIRST}, vouched("olivia"), committer="forge", sign=_forge(repo))
    repo.switch("main")
    repo.merge("topic", by="rita")


@both(PENDING)
def notes_approve(repo):
    """A note can be written by anybody at any time."""
    repo.commit({INCIDENT: FIRST})
    repo.git("notes", "add", "-m", "Approved-by: Olivia <olivia@example.org>", by="olivia")


@both(PENDING)
def tag_by_an_approver(repo):
    """A tag moves freely; only commits of main speak."""
    repo.commit({INCIDENT: FIRST})
    sign = ["-s"] if repo.level == "signed" else []
    repo.git("tag", *sign, "-a", "-m", f"Approves: {repo.blob(INCIDENT)} {INCIDENT}", "approved", by="olivia")
    repo.git("tag", "light")


@both(PENDING)
def merge_of_an_approvers_tag(repo):
    """The signature of the tag that was merged is not that of the merge."""
    recorded(repo)
    repo.git("tag", *(["-s"] if repo.level == "signed" else []), "-a", "-m", "Approved", "v1", "topic", by="olivia")
    repo.merge("v1", by="rita")


@differs(reviewed=APPROVED, signed=PENDING)
def borrowed_trailer(repo):
    """A trailer is text that anybody may write: level signed wants a forge's signature, reviewed believes addresses."""
    recorded(repo)
    repo.squash("topic", vouched("olivia"), by="mallory")


@differs(reviewed=APPROVED, signed=PENDING)
def borrowed_trailer_in_an_approvers_name(repo):
    """Leo's signature is valid, but he is no forge: at level signed his word for Olivia is not hers."""
    recorded(repo)
    repo.squash("topic", vouched("olivia"), by="leo")


@differs(reviewed=APPROVED, signed=PENDING)
def statement_from_another_repository(repo):
    """Picked from a clone the approval keeps author and bytes and loses its signature; addresses prove nothing."""
    repo.commit({INCIDENT: FIRST})
    clone = repo.copy(repo.path.parent / "clone")
    approval = clone.approve(INCIDENT)
    repo.commit({"notes.md": "Something else\n"})
    repo.git("fetch", "-q", clone.path, "main")
    repo.git("cherry-pick", "--allow-empty", approval, by="mallory", sign=None)


@both(PENDING)
def statement_from_another_repository_that_says_so(repo):
    """“cherry picked from” in the last paragraph says that this is another's statement elsewhere."""
    repo.commit({INCIDENT: FIRST})
    approval = repo.approve(INCIDENT)
    repo.reset("HEAD~1")
    repo.commit({"notes.md": "Something else\n"})
    repo.git("cherry-pick", "-x", "--allow-empty", approval, by="mallory", sign=None)


@differs(reviewed=APPROVED, signed=PENDING)
def statement_rebased(repo):
    """A rebase by another keeps the author's name, which is enough at reviewed, and drops the signature."""
    recorded(repo)
    repo.switch("topic")
    repo.approve(INCIDENT)
    repo.switch("main")
    repo.commit({"notes.md": "Something else\n"})
    repo.git("rebase", "-q", "main", "topic", by="rita", sign=None)
    repo.switch("main")
    repo.forward("topic")


@differs(reviewed=APPROVED, signed=PENDING)
def statement_amended(repo):
    """--amend by another keeps the author's name, which is enough at reviewed, and drops the signature."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(INCIDENT)
    repo.git("commit", "-q", "--amend", "--allow-empty", "--no-edit", by="mallory", sign=None)


@differs(reviewed=APPROVED, signed=PENDING)
def statement_signed_anew_by_another(repo):
    """--amend with Rita's key keeps Olivia's name and has a valid signature, which is not Olivia's."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(INCIDENT)
    repo.git("commit", "-q", "--amend", "--allow-empty", "--no-edit", by="rita")


@both(PENDING)
def statement_amended_to_bring_a_file(repo):
    """An approval into which a file was amended changes something."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(INCIDENT)
    repo.write({OTHER: SECOND})
    repo.git("add", "-A")
    repo.git("commit", "-q", "--amend", "--no-edit", by="mallory", sign=None)


# Which history


@both(PENDING)
def statement_dropped_by_force(repo):
    """Main was pushed by force to where nobody had approved; reflog and origin do not count."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(INCIDENT)
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.git("branch", "-q", "kept")
    repo.reset("HEAD~1")


@both(PENDING)
def branch_that_lacks_the_merge(repo):
    """Main has the approval, but what is looked at does not contain it."""
    merged(repo)
    repo.switch("topic")


@both(PENDING)
def branch_ahead_of_main(repo):
    """An approval on a branch is none before main has it."""
    recorded(repo)
    repo.switch("topic")
    repo.approve(INCIDENT)


@both(PENDING)
def earlier_revision(repo):
    """Before the approval there was none."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(INCIDENT)
    repo.git("checkout", "-q", "--detach", "HEAD~1")


@both(PENDING)
def tag_called_main(repo):
    """A tag by the name of main is not main."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(INCIDENT)
    repo.git("tag", "main")
    repo.git("reset", "-q", "--hard", "HEAD~1")


@both(REFUSED)
def no_main_at_all(repo):
    """Without main there are no statements."""
    merged(repo)
    repo.git("branch", "-q", "-m", "main", "trunk")


@both(PENDING)
def replaced_commit(repo):
    """Replacing an object changes what git shows, not what was committed."""
    merge = merged(repo, by="mallory")
    hers = repo.git("commit-tree", f"{merge}^{{tree}}", "-p", f"{merge}^1", "-p", f"{merge}^2", "-m", "M", by="olivia")
    repo.git("replace", merge, hers)


@both(APPROVED)
def replaced_blob(repo):
    """The approved bytes lie in the folder; a replacement is not looked at."""
    merged(repo)
    other = repo.git("hash-object", "-w", "--stdin", stdin=SECOND.encode())
    repo.git("replace", repo.blob(INCIDENT), other)


@both(PENDING)
def replaced_blob_checked_out(repo):
    """The bytes in the folder are not those that were approved, though git with replacements says so."""
    replaced_blob(repo)
    repo.write({INCIDENT: SECOND})


@both(PENDING)
def graft(repo):
    """A graft makes a commit look like a merge; the commit itself says that it is none."""
    recorded(repo)
    repo.commit({INCIDENT: FIRST}, by="olivia")
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/grafts").write_text(f"{repo.head()} {repo.head('HEAD^')} {repo.head('topic')}\n")


# The folder and the index


@both(PENDING)
def not_committed(repo):
    """What is not committed nobody has approved."""
    merged(repo)
    repo.write({INCIDENT: SECOND})


@both(PENDING)
def staged(repo):
    """What is only staged nobody has approved."""
    merged(repo)
    repo.write({INCIDENT: SECOND})
    repo.git("add", "-A")


@both(PENDING)
def staged_and_put_back(repo):
    """Of the folder and the index it is the folder that is published; it matches, and the index does not."""
    merged(repo)
    repo.commit({INCIDENT: SECOND})
    repo.write({INCIDENT: FIRST})


@both(PENDING, of="2021-0002")
def not_tracked(repo):
    """A file that git does not know is not committed."""
    merged(repo)
    repo.write({OTHER: SECOND})


@both(PENDING, of="2021-0002")
def ignored_by_git(repo):
    """A file that git ignores is not committed, and counts all the same."""
    repo.commit({".gitignore": "2021-0002.md\n"})
    repo.write({OTHER: SECOND})


@both(PENDING)
def hidden_from_git(repo):
    """“assume unchanged” and “skip worktree” hide a change from git, not from the reader."""
    merged(repo)
    repo.git("update-index", "--assume-unchanged", INCIDENT)
    repo.git("update-index", "--skip-worktree", INCIDENT)
    repo.write({INCIDENT: SECOND})


@both(APPROVED, of="2021-0002", exit=1)
def others_change_nothing(repo):
    """A change that is not committed makes that incident pending and no other."""
    recorded(repo, path=OTHER, text=SECOND)
    repo.merge("topic")
    repo.write({INCIDENT: FIRST})


# Hostile messages, trees, clocks and configurations


@both(APPROVED)
def hostile_message(repo):
    """What a message holds is text."""
    merged(repo, message="\x1b[31mMerge\x07\r\n\x01 \u202e%s%n{0}\n\ngpgsig x\nparent y\n\x7f")


@both(APPROVED)
def message_in_no_encoding(repo):
    """Bytes that are no text are no reason to fail."""
    recorded(repo)
    repo.git("merge", "-q", "--no-ff", "--no-commit", "topic")
    repo.commit(message=b"Merge \xff\xfe\x80\n\n\xc3\x28\n", by="olivia")


@both(APPROVED)
def message_in_another_encoding(repo):
    """A message says in which encoding it is; the trailer is the same in all of them."""
    recorded(repo)
    repo.git("merge", "-q", "--squash", "topic")
    message = "记录\n\nApproved-by: 奥 <olivia@example.org>\n".encode("gb18030")
    how = {"by": "rita", "committer": "forge", "sign": _forge(repo), "stdin": message}
    repo.git("-c", "i18n.commitEncoding=gb18030", "commit", "-q", "-F", "-", **how)


@both(APPROVED)
def message_in_an_unknown_encoding(repo):
    """An encoding that nobody knows hides nothing and breaks nothing."""
    recorded(repo)
    repo.git("-c", "i18n.commitEncoding=klingon", "merge", "-q", "--no-ff", "-m", "Merge", "topic", by="olivia")


@both(APPROVED)
def message_in_a_costly_encoding(repo):
    """A long message in an encoding that takes long to read is no way to stop the command."""
    recorded(repo)
    message = ("Merge\n\n" + "a" * 50_000 + "-" + "b" * 50_000).encode()
    repo.git("merge", "-q", "--no-ff", "--no-commit", "topic")
    how = {"by": "olivia", "stdin": message}
    repo.git("-c", "i18n.commitEncoding=punycode", "commit", "-q", "-F", "-", **how)


@both(PENDING, of=CONDUCT_FILE)
def a_thousand_trailers(repo):
    """A thousand times the same person is one person."""
    repo.git("merge", "-q", "--squash", _changed_rule(repo))
    repo.commit(
        message="Squash\n\n" + 1000 * "Approved-by: P <pia@example.org>\n", committer="forge", sign=_forge(repo)
    )


@both(APPROVED, of=CONDUCT_FILE)
def a_thousand_trailers_of_two(repo):
    """Among a thousand trailers two people are two people."""
    repo.git("merge", "-q", "--squash", _changed_rule(repo))
    lines = "".join(f"Approved-by: {n} <{person}@example.org>\n" for n in range(500) for person in ("pia", "paul"))
    repo.commit(message=f"Squash\n\n{lines}", committer="forge", sign=_forge(repo))


def _changed_rule(repo):
    recorded(repo, path=CONDUCT_FILE, text=CONDUCT.replace("Absent", "Absent without leave"))
    return "topic"


@both(PENDING)
def author_without_an_address(repo):
    """Nobody at all is no approver."""
    merge = merged(repo, by="mallory")
    lines = repo.bytes_of(merge).replace(b"author Mallory <mallory@example.org>", b"author  <>")
    repo.reset(repo.raw(lines))


@both(PENDING)
def two_authors_in_the_header(repo):
    """The first author is the commit's; a second line is not a statement by somebody else."""
    merge = merged(repo, by="mallory", sign=None)
    lines = repo.bytes_of(merge).replace(b"\ncommitter", b"\nauthor O <olivia@example.org> 1617235200 +0800\ncommitter")
    repo.reset(repo.raw(lines))


@both(PENDING)
def author_hidden_in_the_name(repo):
    """A name that contains an address is a name."""
    merge = merged(repo, by="mallory", sign=None)
    lines = repo.bytes_of(merge).replace(b"author Mallory <", b"author Olivia <olivia@example.org> <")
    repo.reset(repo.raw(lines))


@both(APPROVED)
def clock_far_behind(repo):
    """Order is that of the commits, not of the clocks: this approval is dated before what it approves."""
    repo.commit({INCIDENT: FIRST}, at=1893456000)
    repo.approve(INCIDENT, at=1000000000)


@both(APPROVED)
def clocks_running_backwards(repo):
    """Ten commits each a day before the one that it follows change nothing."""
    for day in range(10):
        repo.commit({"notes.md": f"{day}\n"}, at=1617235200 - day * 86400)
    recorded(repo, at=1500000000)
    repo.merge("topic", at=1400000000)


@both(APPROVED)
def clock_in_the_far_future(repo):
    """A date of the year 2098 is a date."""
    recorded(repo)
    repo.merge("topic", at=4070908799)


@both(APPROVED)
def a_module_and_a_link_beside_the_site(repo):
    """What lies outside the sources is none of the trail's business."""
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head()},vendor/module")
    (repo.path / "vendor/module").mkdir(parents=True)
    (repo.path / "link").symlink_to("nowhere")
    repo.git("add", "link")
    repo.git("commit", "-q", "-m", "A module and a link")
    merged(repo)


@both(APPROVED)
def a_module_in_the_record(repo):
    """A module is no file, so nothing of it is published."""
    merged(repo)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head()},{OTHER}")
    repo.git("commit", "-q", "-m", "A module as an incident", by="mallory")
    (repo.path / OTHER).mkdir()


@both(REFUSED)
def a_link_with_the_approved_bytes(repo):
    """A link to a name that reads like an approved incident is a link."""
    merged(repo)
    repo.git("update-index", "--cacheinfo", f"120000,{repo.blob(INCIDENT)},{INCIDENT}")
    repo.git("commit", "-q", "-m", "A link", by="mallory")
    (repo.path / INCIDENT).unlink()
    (repo.path / INCIDENT).symlink_to("x")


@both(APPROVED)
def names_that_differ_in_case(repo):
    """Files that a Mac would lay over one another."""
    repo.commit({"notes/a.md": "a\n", "notes/A.md": "A\n"}, by="mallory")
    merged(repo)


@both(REFUSED)
def names_that_differ_in_case_in_the_record(repo):
    """An incident beside its own name in capitals is a problem of the record."""
    merged(repo)
    repo.commit({"incidents/2021/2021-0001.MD": SECOND, "incidents/2021/A/2021-0001.md": SECOND}, by="mallory")


@both(REFUSED)
def the_same_id_in_two_folders(repo):
    """An approved incident beside another of the same id is a problem of the record."""
    merged(repo)
    repo.commit({"incidents/2021/spring/2021-0001.md": SECOND}, by="mallory")


@both(APPROVED)
def hostile_attributes(repo):
    """Attributes name programs that the trail never runs, and do not change the bytes that are compared."""
    merged(repo)
    repo.commit({".gitattributes": "* diff=evil filter=evil merge=evil ident\n"}, by="mallory")
    repo.name_programs()


@both(APPROVED)
def hostile_configuration(repo):
    """No program that .git/config names is run."""
    merged(repo)
    repo.name_programs()


@both(PENDING)
def hostile_configuration_hides_a_change(repo):
    """No program that .git/config names may say that a file is unchanged."""
    merged(repo)
    repo.name_programs()
    repo.write({INCIDENT: SECOND})


@both(REFUSED)
def missing_objects_at_a_hostile_origin(repo):
    """A partial clone does not fetch what is missing by the command that its configuration names."""
    blob = repo.blob(POLICY)
    change_rules(repo, with_mallory(repo))
    merged(repo)
    repo.loose(blob).unlink()
    repo.config(core__repositoryFormatVersion="1", extensions__partialClone="origin", remote__origin__promisor="true")
    repo.config(remote__origin__url=f"ext::sh -c touch% {repo.canary}", protocol__ext__allow="always")


@both(REFUSED)
def forged_policy(repo):
    """Bytes that are not those of their name are no policy, though the folder has the right ones."""
    merged(repo, by="mallory")
    for path, text in with_mallory(repo).items():
        repo.forge(repo.blob(path), repo.store(text))


@both(REFUSED)
def forged_tree(repo):
    """A folder's bytes that are not those of its name put other content under an approved merge."""
    merged(repo)
    entry = f"100644 blob {repo.store(SECOND)}\t2021-0001.md\n"
    repo.forge(repo.git("rev-parse", "HEAD:incidents/2021"), repo.git("mktree", stdin=entry.encode()))
    repo.write({INCIDENT: SECOND})


@both(APPROVED)
def work_tree_elsewhere(repo):
    """The site is the folder that was named, whatever folder .git/config names."""
    merged(repo)
    repo.config(core__worktree=str(repo.path.parent))


@both(PENDING)
def work_tree_elsewhere_hides_a_change(repo):
    """The site is the folder that was named, and its change is not committed."""
    work_tree_elsewhere(repo)
    repo.write({INCIDENT: SECOND})


@pytest.mark.parametrize(
    "command",
    [["status"], ["diff"], ["log", "-1", "--show-signature"], ["cat-file", "-p", "0" * 39 + "1"], ["add", "-A"]],
    ids=lambda command: command[0],
)
def test_the_hostile_configurations_are_hostile(command, bases, tmp_path):
    """Each of these commands would run a program: the rows above prove something."""
    repo = bases["signed"].copy(tmp_path / "site")
    hostile_attributes(repo)
    repo.config(core__repositoryFormatVersion="1", extensions__partialClone="origin", remote__origin__promisor="true")
    repo.config(remote__origin__url=f"ext::sh -c touch% {repo.canary}", protocol__ext__allow="always")
    repo.canary.unlink(missing_ok=True)
    repo.write({INCIDENT: SECOND})
    repo.git(*command, fails=True)
    assert repo.canary.exists()


# Signatures


@only("signed", PENDING)
def unsigned_merge(repo):
    """An address proves nobody."""
    merged(repo, sign=None)


@only("signed", PENDING)
def unsigned_approval(repo):
    """An address proves nobody."""
    repo.commit({INCIDENT: FIRST})
    repo.approve(INCIDENT, sign=None)


@only("signed", PENDING)
def key_not_listed(repo):
    """Mallory signs in Olivia's name with a key of her own."""
    merged(repo, by="olivia", sign="mallory")


@differs(reviewed=PENDING, signed=APPROVED)
def signed_by_an_approver_in_another_name(repo):
    """At level signed the person is who holds the key; at reviewed it is the address, here Mallory's."""
    merged(repo, by="mallory", sign="olivia")


@only("signed", PENDING)
def signed_by_another_department(repo):
    """The signature is valid and says Leo, whatever the author's address says."""
    merged(repo, by="olivia", sign="leo")


@only("signed", PENDING)
def own_merge_under_another_address(repo):
    """Who signed the recording is an author of it, whatever address it bears."""
    recorded(repo, by="someone@else.example", sign="olivia")
    repo.merge("topic", by="olivia")


@only("signed", PENDING)
def own_merge_with_an_unsigned_recording(repo):
    """An author need not be proven to lose the say."""
    recorded(repo, by="olivia", sign=None)
    repo.merge("topic", by="olivia")


@only("signed", APPROVED, by=["olivia merge"])
def recording_signed_by_nobody(repo):
    """Who records need not sign."""
    recorded(repo, by="ruth", sign=None)
    repo.merge("topic")


@only("signed", PENDING)
def forge_pressed_the_merge(repo):
    """The forge's signature on Olivia's merge proves the forge; without a trailer it vouches for nobody."""
    merged(repo, by="olivia", committer="forge", sign="forge")


@only("signed", PENDING)
def forge_that_the_policy_does_not_name(repo):
    """A key that is listed is not yet a forge."""
    change_rules(repo, {POLICY: policy("signed", forges="[]")})
    pressed(repo, vouched("olivia"))


@only("signed", PENDING)
def forge_named_without_approval(repo):
    """Mallory cannot make herself a forge."""
    changed = {POLICY: policy("signed", forges="[mallory@example.org]")}
    repo.commit({**changed, SIGNERS: repo.keys.signers(mallory=repo.keys.line("mallory"))}, by="mallory")
    pressed(repo, vouched("olivia"), signed="mallory")


@only("signed", APPROVED)
def key_revoked_later(repo):
    """An approval stays when its key is taken from the list afterwards."""
    merged(repo)
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=None)})


@only("signed", PENDING)
def key_revoked_before(repo):
    """The key is no longer listed."""
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=None)})
    merged(repo)


@only("signed", PENDING)
def revoked_key_rolled_back(repo):
    """A list that was replaced in good order does not come back by approvals from before it was replaced."""
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=None)})
    repo.commit({SIGNERS: repo.keys.signers()}, by="mallory", sign=None)
    merged(repo)


@only("signed", APPROVED, exit=1)
def keys_misattributed_without_approval(repo):
    """A list that nobody approved does not make an approver an author by naming Rita's key after her."""
    merged(repo)
    repo.commit({SIGNERS: repo.keys.signers(rita=repo.keys.line("rita,olivia", key="rita"))}, by="mallory", sign=None)


@only("signed", PENDING)
def key_revoked_without_approval_and_exchanged(repo):
    """Mallory's key under Olivia's name is not in force, as nobody approved the list."""
    repo.commit({SIGNERS: repo.keys.signers(olivia=repo.keys.line("olivia", key="mallory"))}, by="mallory")
    merged(repo, by="olivia", sign="mallory")


@only("signed", APPROVED)
def key_exchanged_in_good_order(repo):
    """Olivia's new key is listed with the approvals that the list needs."""
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=repo.keys.line("olivia", key="olivia2"))})
    merged(repo, by="olivia", sign="olivia2")


@only("signed", PENDING)
def old_key_after_the_exchange(repo):
    """The old key says Olivia no longer."""
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=repo.keys.line("olivia", key="olivia2"))})
    merged(repo, by="olivia")


@only("signed", PENDING)
def back_dated_after_removal(repo):
    """A date before the removal does not bring the key back."""
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=None)})
    recorded(repo)
    repo.merge("topic", at=1617235200)


def _valid(repo, options):
    return {SIGNERS: repo.keys.signers(olivia=repo.keys.line("olivia", options=f'namespaces="git",{options}'))}


@only("signed", PENDING)
def back_dated_after_revocation(repo):
    """The list says since when the key is void; a commit on top of that list cannot be older than it."""
    change_rules(repo, _valid(repo, 'valid-before="20210401Z"'))
    recorded(repo)
    repo.merge("topic", at=1617148800)


@only("signed", PENDING)
def back_dated_line_after_revocation(repo):
    """Dating a row of commits back does not help either: one of them follows the list."""
    change_rules(repo, _valid(repo, 'valid-before="20210401Z"'))
    for hour in range(3):
        repo.commit({"notes.md": f"{hour}\n"}, by="mallory", sign=None, at=1617100000 + hour * 3600)
    recorded(repo, at=1617120000)
    repo.merge("topic", at=1617130000)


@only("signed", PENDING)
def revocation_brought_in_with_an_old_date(repo):
    """A list is not older than its approvals, whatever date the merge bears that brings it to main."""
    repo.branch("rules")
    repo.commit(_valid(repo, 'valid-before="20210401Z"'), "Revoke a key")
    repo.switch("main")
    repo.approve(SIGNERS, by="pia", at_commit="rules")
    repo.approve(SIGNERS, by="paul", at_commit="rules")
    repo.merge("rules", by="mallory", sign=None, at=1609459200)
    recorded(repo)
    repo.merge("topic", at=1609462800)


@only("signed", PENDING)
def key_expired(repo):
    """The key was void when the merge was made."""
    change_rules(repo, _valid(repo, 'valid-before="20210420Z"'))
    recorded(repo)
    repo.merge("topic", at=1619308800)


@only("signed", APPROVED)
def key_that_expires_afterwards(repo):
    """The key was valid when the merge was made."""
    change_rules(repo, _valid(repo, 'valid-after="20210101Z",valid-before="20210420Z"'))
    recorded(repo)
    repo.merge("topic", at=1618358400)


@only("signed", PENDING)
def key_valid_only_later(repo):
    """The key is not yet valid."""
    change_rules(repo, _valid(repo, 'valid-after="20300101Z"'))
    merged(repo)


@only("signed", PENDING)
def key_for_other_uses(repo):
    """The list admits the key for files, not for git."""
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=repo.keys.line("olivia", options='namespaces="file"'))})
    merged(repo)


@only("signed", PENDING)
def signed_for_other_uses(repo):
    """Olivia signed these bytes as a file, not as a commit."""
    repo.reset(repo.signed_for(merged(repo, sign=None), "olivia", "file"))


@only("signed", APPROVED)
def signed_by_hand(repo):
    """The same by hand for git is as good as git's own: the row before fails for its use alone."""
    repo.reset(repo.signed_for(merged(repo, sign=None), "olivia", "git"))


@only("signed", PENDING)
def signature_of_another_commit(repo):
    """A signature is of one commit's bytes."""
    other = repo.bytes_of("HEAD").partition(b"gpgsig ")[2].partition(b"-----END SSH SIGNATURE-----")[0]
    signature = other.replace(b"\n ", b"\n") + b"-----END SSH SIGNATURE-----"
    repo.reset(repo.with_signature(merged(repo, sign=None), signature))


@only("signed", PENDING)
def message_changed_under_the_signature(repo):
    """The signature holds for the message as well."""
    repo.commit({INCIDENT: FIRST})
    approval = repo.approve(by="olivia", lines=[f"Approves: {repo.blob(INCIDENT)} {OTHER}"])
    repo.reset(repo.raw(repo.bytes_of(approval).replace(OTHER.encode(), INCIDENT.encode())))


@only("signed", PENDING)
def signature_of_another_kind(repo):
    """Only SSH signatures are known; a GPG block is none."""
    garbage = b"-----BEGIN PGP SIGNATURE-----\n\niQEzBAABCAAdFiEE\n=AAAA\n-----END PGP SIGNATURE-----"
    repo.reset(repo.with_signature(merged(repo, sign=None), garbage))


@only("signed", PENDING)
def signature_that_is_garbage(repo):
    """A block that only looks like a signature is none."""
    garbage = b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAA////\n-----END SSH SIGNATURE-----"
    repo.reset(repo.with_signature(merged(repo, sign=None), garbage))


@only("signed", PENDING)
def two_signatures(repo):
    """A commit with a foreign block before a valid one is not what git signs."""
    merge = merged(repo, sign="leo")
    block = repo.bytes_of(merge).partition(b"gpgsig ")[2].partition(b"\n\n")[0]
    twice = repo.bytes_of(merge).replace(b"\ngpgsig ", b"\ngpgsig " + block + b"\ngpgsig ", 1)
    repo.reset(repo.raw(twice))


@only("signed", PENDING)
def key_only_in_the_machines_configuration(repo):
    """Whose key it is says the repository, not the machine that looks."""
    signers = repo.path.parent / "signers"
    signers.write_text(repo.keys.line("olivia", key="mallory"))
    settings = repo.path.parent / "gitconfig"
    settings.write_text(f'[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tallowedSignersFile = {signers}\n')
    repo.config(gpg__ssh__allowedSignersFile=str(signers))
    repo.environment["GIT_CONFIG_GLOBAL"] = str(settings)
    merged(repo, by="olivia", sign="mallory")


@only("signed", APPROVED)
def revoked_only_in_the_machines_configuration(repo):
    """A list of revoked keys on one machine does not change what all others see."""
    revoked = repo.path.parent / "revoked"
    revoked.write_text(repo.keys.private("olivia").with_suffix(".pub").read_text())
    repo.config(gpg__ssh__revocationFile=str(revoked))
    merged(repo)


def _second_name_of_pia(repo):
    people = {**APPROVERS, "party": ("pia", "paul", "second")}
    signers = repo.keys.signers(pia=repo.keys.line("pia,second", key="pia"))
    change_rules(repo, {SIGNERS: signers, POLICY: policy("signed", people)})


@only("signed", PENDING, of=CONDUCT_FILE)
def one_key_under_two_names(repo):
    """Two names on one key are one person."""
    _second_name_of_pia(repo)
    one_approval_for_rules(repo)
    repo.approve(CONDUCT_FILE, by="second", sign="pia")


@only("signed", PENDING, of=CONDUCT_FILE)
def one_key_under_two_names_in_a_trailer(repo):
    """Two names on one key are one person, also where a forge vouches for the second."""
    _second_name_of_pia(repo)
    repo.git("merge", "-q", "--squash", _changed_rule(repo))
    repo.commit(message=vouched("pia") + "Approved-by: S <second@example.org>\n", committer="forge", sign="forge")


@only("signed", PENDING)
def one_key_under_the_authors_and_the_approvers_name(repo):
    """Who recorded under one name does not approve with the same key under another."""
    change_rules(repo, {SIGNERS: repo.keys.signers(rita=repo.keys.line("rita", key="olivia"))})
    recorded(repo, by="rita", sign="olivia")
    repo.merge("topic", by="olivia")


@only("signed", PENDING)
def signers_in_capitals(repo):
    """An address in capitals in the list is the same person as the author."""
    change_rules(repo, {SIGNERS: repo.keys.signers(olivia=repo.keys.line("OLIVIA@example.org", key="olivia"))})
    recorded(repo, by="olivia", sign=None)
    repo.merge("topic", by="olivia")


@only("signed", APPROVED, exit=1)
def signers_deleted(repo):
    """The list does not end by being deleted, and what was approved stays; the deletion is not in order."""
    merged(repo)
    repo.commit({SIGNERS: None}, by="mallory")


@only("reviewed", PENDING, shown_level="signed")
def level_raised(repo):
    """An address that was enough yesterday is not enough for today's policy."""
    merged(repo)
    change_rules(repo, {POLICY: policy("signed")})


@only("reviewed", APPROVED, shown_level="signed", exit=1)
def level_raised_after_a_signed_merge(repo):
    """Olivia's merge was signed already; what is missing are signatures on the rules' approvals."""
    merged(repo, sign="olivia")
    change_rules(repo, {POLICY: policy("signed")})
    repo.record_line(sign="olivia")


@only("signed", APPROVED, shown_level="reviewed")
def level_lowered_in_good_order(repo):
    """By the approved policy an address is enough."""
    change_rules(repo, {POLICY: policy("reviewed")})
    merged(repo, sign=None)


@only("signed", PENDING)
def level_lowered_without_approval(repo):
    """Mallory cannot spare herself the signatures."""
    repo.commit({POLICY: policy("reviewed")}, by="mallory")
    merged(repo, sign=None)


def test_the_base_is_in_order(bases, tmp_path):
    """The table begins with every rule approved, and without incidents."""
    for level, base in bases.items():
        shown = verify(base.copy(tmp_path / level).folder)
        assert (shown.exit, shown.result["level"], shown.result["incidents"]) == (0, level, {})
        assert {one["verdict"] for one in shown.result["criteria"].values()} == {APPROVED}
