"""The stories as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.scenarios.life.story import Row, Step, Story

COLUMNS = ("limit", "used", "remaining", "rolled")
HEAD = (
    "| When (UTC) | What happens, and what else holds | Of | Limit | Used | Remaining | Rolled over |",
    "|---|---|---|---|---|---|---|",
)


def write_story(story: Story) -> str:
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
    when, words = f"{row.at:%Y-%m-%d %H:%M}", list[str]()
    for step in row.steps:
        if step.numbers is None:
            words.append(step.words)
        else:
            yield _write_line(when, words, step)
            when, words = "", []
    if words:
        yield _write_line(when, words, None)


def _write_line(when: str, words: list[str], expected: Step | None) -> str:
    numbers = [_write_number(expected, column) for column in COLUMNS]
    cells = (when, "; ".join(words), expected.words if expected else "", *numbers)
    return f"| {' | '.join(cells)} |".replace("  ", " ")


def _write_number(expected: Step | None, column: str) -> str:
    if expected is None or expected.numbers is None:
        return ""
    number = expected.numbers[column]
    if number is None:
        return "" if column == "rolled" else "none"
    return str(number)
