"""Commits and statements made by hand, for the questions that need no repository.

A person is a first name, as in `repositories`.
"""

from dataclasses import replace

from site_builder.model import SIGNERS, Policy, Statement
from site_builder.trail.commits import Commit, Person
from site_builder.trail.statements import InForce, Said
from tests.trail.repositories import START, address

DAY = 24 * 3600
LIST = "the list of signers"
"""The blob that the list of signers in force has in these tests."""


def commit(by="olivia", text="", identifier="", tree="", parents=(), days=0):
    """A commit by a person, some days after 1 April 2021."""
    person = Person(by.partition("@")[0].title(), address(by), START + days * DAY, 8 * 60)
    return Commit(identifier or f"commit of {by}", tree, tuple(parents), person, person, text)


def signed(made, keys, person):
    """The same commit, signed with the key of a person."""
    payload = made.id.encode()
    return replace(made, payload=payload, signature=keys.sign(payload, person))


def under(**policy):
    """What is in force: a list of signers, and a policy."""
    return InForce({SIGNERS: LIST}, Policy(**policy))


def said(made, in_force=None, **how):
    """What a commit says, where this is in force."""
    return Said(made, Statement.APPROVE, in_force or under(), **how)
