"""The pins, environment.yml, pyproject.toml and what is installed agree."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]


NAMES = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt")
FILES = [(ROOT / name).read_text() for name in NAMES]


def pins(text: str) -> list[str]:
    """The pins in a file, a line each."""
    lines = text.replace("\\\n", " ").splitlines()
    return [line for line in lines if line and not line.lstrip().startswith("#")]


PINS, DEV_PINS, UV = map(pins, FILES)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())


def pinned(lines: list[str]) -> dict[str, Requirement]:
    """Those of the pins that hold for this Python and system."""
    requirements = [Requirement(line.split(" --hash")[0]) for line in lines]
    return {
        canonicalize_name(requirement.name): requirement
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate()
    }


def version(requirement: Requirement) -> str:
    """The exact version of a pin."""
    (spec,) = requirement.specifier
    assert spec.operator == "=="
    return spec.version


def test_every_pin_is_exact_and_hashed_and_names_no_host() -> None:
    for line in PINS + DEV_PINS + UV:
        assert re.match(r"[a-z0-9._-]+(\[[a-z-]+\])?==\S+", line, re.I), line
        assert "--hash=sha256:" in line, line
    for text in FILES:
        assert "://" not in text and "index" not in text
    assert [line.split("==")[0] for line in UV] == ["uv"]


def test_the_lessons_have_the_versions_that_are_tested() -> None:
    lessons, tests = ({line.split()[0] for line in lines} for lines in (PINS, DEV_PINS))
    assert lessons < tests


def test_pins_fulfil_what_pyproject_asks_for() -> None:
    extras = PROJECT["optional-dependencies"]
    asked = map(Requirement, PROJECT["dependencies"] + extras["lab"] + extras["dev"])
    pins = pinned(DEV_PINS)
    for requirement in asked:
        if requirement.marker is None or requirement.marker.evaluate():
            pin = pins[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version(pin)), requirement


def test_installed_versions_are_the_pinned_ones() -> None:
    wrong = {
        name: (version(pin), metadata.version(name))
        for lines in (PINS, DEV_PINS)
        for name, pin in pinned(lines).items()
        if metadata.version(name) != version(pin)
    }
    assert wrong == {}


def test_conda_installs_the_same_file_on_a_supported_python() -> None:
    *conda, pip = CONDA["dependencies"]
    assert pip == {"pip": ["--requirement requirements.txt"]}
    assert CONDA["channels"] == ["conda-forge"] and "pip" in conda
    (python,) = [re.fullmatch(r"python=(3\.\d+)", spec) for spec in conda if "python" in spec]
    assert python and SpecifierSet(PROJECT["requires-python"]).contains(python[1])


def test_python_is_one_that_is_supported() -> None:
    assert SpecifierSet(PROJECT["requires-python"]).contains(
        default_environment()["python_full_version"]
    )
