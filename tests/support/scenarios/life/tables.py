"""The stories as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tests.support.scenarios.life.story import Row, Story

COLUMNS = ("limit", "used", "remaining", "rolled")
HEAD = (
    "| When (UTC) | What happens, and what else holds | Of | Limit | Used | Remaining | Rolled over | Why |",
    "|---|---|---|---|---|---|---|---|",
)


INTRODUCTION = """# Life stories

What happens to ten customers over a year and more, in one local cloud whose clock is moved. The numbers were
computed by hand, by the rules in [subscriptions.md](subscriptions.md), [entitlements.md](entitlements.md) and
[usage.md](usage.md). `make test-slow` lives all of them and compares each number. `make stories` writes this
page from the stories (`tests/e2e/life/stories`).

The numbers are those of a check after what happens. A limit that is none is unlimited. What rolled over is
part of the limit, and is left out where the row does not look at it. In brackets is the name of a
subscription, a grant or a reservation where there are several.
"""


def write_page(stories: Iterable[Story]) -> str:
    return "\n".join([INTRODUCTION, *(_write_story(story) for story in stories)])


def _write_story(story: Story) -> str:
    """A section with what the plans give and a table, whose numbers are those after what happens."""
    lines = [f"## {story.name}", "", story.about, "", *_write_plans(story), "", *HEAD]
    for row in story.rows:
        lines += _write_row(row)
    return "\n".join(lines) + "\n"


def _write_plans(story: Story) -> Iterator[str]:
    for plan, features in story.plans.items():
        for feature, details in features.items():
            counted = story.meters.get(feature)
            meter = f"; counted by {' of '.join(counted.values())}" if counted else ""
            yield f"- `{plan}` gives {feature}: {_list_details(details)}{meter}"


def _list_details(details: dict[str, object]) -> str:
    """Such as `value 100, reset EVERY_MONTH, rollover (percentage 50, limit 40)`."""
    return ", ".join(
        f"{name} ({_list_details(value)})" if isinstance(value, dict) else f"{name} {value}"
        for name, value in details.items()
        if name != "enabled"
    )


def _write_row(row: Row) -> Iterator[str]:
    """One line for each feature whose numbers are expected; what happens before it is on the same line."""
    when, why, words = f"{row.at:%Y-%m-%d %H:%M}", row.why, list[str]()
    for step in row.steps:
        if step.numbers is None:
            words.append(step.words)
        else:
            yield _write_line(when, "; ".join(words), step.words, *_write_numbers(step.numbers), why)
            when, why, words = "", "", []
    if words:
        yield _write_line(when, "; ".join(words), *[""] * 5, why)


def _write_numbers(numbers: Mapping[str, int | None]) -> Iterator[str]:
    for column in COLUMNS:
        number = numbers[column]
        if number is None:
            yield "" if column == "rolled" else "none"
        else:
            yield str(number)


def _write_line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("  ", " ")
