"""TEACHING.md agrees with the lessons: minutes, exercises, commands, and a note for each lesson."""

from __future__ import annotations

import re

import pytest

from helpers import __main__ as command
from helpers import exercises, lessons
from helpers.lessons import About
from tests.lessons import LESSONS, ROOT

PAGE = (ROOT / "TEACHING.md").read_text("utf-8")
SERIES = [lessons.about(path) for path in LESSONS]


@pytest.mark.parametrize("lesson", SERIES, ids=lambda lesson: lesson.number)
def test_each_lesson_has_its_minutes_and_a_note(lesson: About) -> None:
    row = re.search(rf"^\| {lesson.heading} \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.M)
    assert row and f"\n### {lesson.heading}\n" in PAGE
    alone, explain, practice = map(int, row.groups())
    assert alone == lesson.minutes
    assert abs(explain + practice - 1.3 * alone) <= 2.5


def test_the_minutes_of_an_agenda_are_those_of_its_heading() -> None:
    agendas = re.findall(r"^### .*: (\d+) minutes\n\n((?:\|.*\n)+)", PAGE, re.M)
    assert len(agendas) >= 4
    for minutes, table in agendas:
        assert int(minutes) == sum(map(int, re.findall(r"^\| (\d+) \|", table, re.M)))
    for minutes, evening in re.findall(r"^\| (\d+) \| \w+: (.*) \|$", PAGE, re.M):
        assert int(minutes) == sum(int(part.split()[-1]) for part in evening.split(", "))


def test_what_it_names_is_there() -> None:
    known = {exercise for lesson in exercises.exercises().values() for exercise in lesson}
    named = set(re.findall(r"\b\d\d\.\d\b", PAGE))
    assert len(named) > 5 and named <= known
    headings = {path.name[:2]: path.read_text("utf-8") for path in LESSONS}
    for number, first, last in re.findall(r"\b(0\d) §(\d)(?:–(\d))?", PAGE):
        assert f'"## {last or first} · ' in headings[number]
    commands = set(re.findall(r"python3 -m helpers (\w+)", PAGE))
    assert commands <= {name for name, *_ in command.COMMANDS} and "grade" in commands
