"""Every deliberate mistake in the real client is noticed by its own tests."""

import os
import random

import pytest

import client_mutations

# One after another: they share a build.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mutations")]

# Each takes some seconds: a run takes one in so many, `make faults` takes all.
EVERY = int(os.environ.get("ROTATE_FAULTS_EVERY", "9"))
SEED = int(os.environ.get("ROTATE_FAULTS_SEED", str(random.randrange(1000))))


@pytest.fixture(scope="module")
def folder():
    return client_mutations.build()


@pytest.mark.parametrize(
    "search", sorted({one.search for one in client_mutations.MUTANTS}), ids=lambda one: one[1])
def test_without_a_mistake_no_test_fails(folder, search):
    found, said = client_mutations.tests(folder, search)
    assert not found and "Test run" in said, said


def test_a_mistake_in_the_client_is_noticed(folder):
    every = min(EVERY, len(client_mutations.MUTANTS))
    chosen = client_mutations.MUTANTS[SEED % every::every]
    print(f"ROTATE_FAULTS_EVERY={EVERY} ROTATE_FAULTS_SEED={SEED} takes the same mutants again")
    survivors = []
    for one in chosen:
        caught, said = client_mutations.tests(folder, one.search, one.name)
        if not caught:
            survivors.append(f"{one.name} survives:\n{said}")
    assert chosen and not survivors, "\n".join(survivors)
