"""Every deliberate mistake is noticed by the simulation, and without any it finds nothing."""

import pytest

import mutations

# One after another: they share a build, and each uses all cores.
pytestmark = pytest.mark.xdist_group("mutations")

@pytest.fixture(scope="module")
def program():
    return mutations.build()


@pytest.mark.slow
def test_without_a_mistake_no_promise_is_broken(program):
    code, said = mutations.simulate(program, ("random", "--stop", "--schedules", "500"))
    assert code == 0, said


@pytest.mark.slow
@pytest.mark.parametrize("mutant", mutations.MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_is_noticed(program, mutant):
    code, said = mutations.simulate(program, mutant.search, mutant.name)
    assert code == 1 and "promise" in said, f"{mutant.name} survives:\n{said}"
