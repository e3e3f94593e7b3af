"""docs/faults.md can't lie: what it names exists, and no fault of the simulation is left out."""

import functools
import pathlib
import re

import client_mutations
import mutations

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "Tests/Simulation/Model"


def rows() -> list[list[str]]:
    lines = (ROOT / "docs/faults.md").read_text().splitlines()
    cells = [line.strip("|").split("|") for line in lines if line.startswith("| ")]
    return [row for row in cells if row[0].strip() != "fault"]


def named(column: int) -> set[str]:
    return {name for row in rows() for name in re.findall(r"`([\w-]+)`", row[column])}


@functools.cache
def source(folder: str, suffix: str) -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / folder).rglob(f"*{suffix}")))


def test_every_row_has_all_its_cells():
    assert len(rows()) > 30
    for row in rows():
        assert len(row) == 5 and all(cell.strip() for cell in row), row
        assert re.search(r"`[\w-]+`", row[4]), f"nothing shows: {row[0]}"


def test_every_fault_of_the_simulation_is_there():
    text = (MODEL / "Fault.swift").read_text()
    cases = set(re.findall(r"^  case (\w+)", text, re.MULTILINE))
    assert len(cases) >= 14
    assert cases <= named(1)
    drawn = text.partition("static let all")[2].partition("\n  ]")[0]
    assert set(re.findall(r"\.(\w+)", drawn)) == cases, "a fault is never drawn"


def test_what_is_said_of_the_simulation_is_there():
    model = source("Tests/Simulation/Model", ".swift")
    for name in named(1):
        assert re.search(rf"\b{name}\b", model), f"the model knows no {name}"


def test_every_message_exists():
    sources = source("Sources", ".swift")
    cases = re.findall(r"^  case (\w+)(?: = \"([\w-]+)\")?$", source(
        "Sources/Findings", "FindingCode.swift"), re.MULTILINE)
    codes = {written or name for name, written in cases}
    assert len(codes) > 100
    for code in named(3):
        assert code in codes or f'"{code}"' in sources, f"no message {code}"


def test_every_test_that_is_named_exists():
    swift, python = source("Tests", ".swift"), source("Tests/EndToEnd", ".py")
    functions = set(re.findall(r"@Test\b.*?\bfunc (\w+)", swift, re.DOTALL))
    functions |= set(re.findall(r"^def (test_\w+)", python, re.MULTILINE))
    functions |= {one.name for one in mutations.MUTANTS + client_mutations.MUTANTS}
    assert named(4) <= functions, named(4) - functions
