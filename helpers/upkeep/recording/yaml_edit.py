"""Change entries in a file of replies and keep its comments and all that does not change."""

from __future__ import annotations

from typing import Any

import yaml

Row = dict[str, Any]
"""An entry as it stands in a file."""
_Edit = tuple[int, int, str]
"""From where to where in the text, and what stands there instead."""


def rewrite(text: str, rows: list[Row]) -> tuple[str, bool]:
    """Return a file's text with its entries changed to `rows`, and whether its comments are kept.

    Only the fields that differ are written anew. An entry in braces is opened into lines.
    """
    # libyaml, as everywhere here: PyYAML's own parser refuses some files that libyaml reads.
    root = yaml.compose(text, yaml.CSafeLoader)
    old: list[Row] = yaml.load(text, yaml.CSafeLoader) or []
    edits: list[_Edit] = []
    for node, before, row in zip(root.value if root else [], old, rows, strict=True):
        if changed := {name: part for name, part in row.items() if before.get(name) != part}:
            edits += _edits(text, node, changed, row)
    new = text
    for start, end, part in sorted(edits, reverse=True):
        new = new[:start] + part + new[end:]
    try:
        if yaml.load(new, yaml.CSafeLoader) == rows:
            return new, True
    except yaml.YAMLError:
        pass
    return yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=96), False


def _edits(text: str, node: Any, changed: Row, row: Row) -> list[_Edit]:
    column = node.start_mark.column
    if node.flow_style:
        lines = "\n".join(_line(name, part, column) for name, part in row.items())
        return [(node.start_mark.index, node.end_mark.index, lines.lstrip())]
    edits = []
    starts = [name.start_mark.index for name, _ in node.value] + [node.end_mark.index]
    end = starts[0]
    for (name, part), start, following in zip(node.value, starts[:-1], starts[1:], strict=True):
        end = start + len(_without_tail(text[start:following], column))
        if name.value in changed:
            line = _line(name.value, changed[name.value], column).lstrip()
            edits.append((start, end, _comment_after(text, part, column) + line))
    there = {name.value for name, _ in node.value}
    added = [_line(name, part, column) for name, part in changed.items() if name not in there]
    return [*edits, (end, end, "".join("\n" + line for line in added))]


def _without_tail(field_text: str, column: int) -> str:
    """Cut blank lines and comments from the end: they belong to what follows."""
    lines = field_text.split("\n")
    while len(lines) > 1:
        last = lines[-1]
        outside = len(last) - len(last.lstrip()) <= column
        if last.strip() and not (last.lstrip().startswith("#") and outside):
            break
        lines.pop()
    return "\n".join(lines)


def _comment_after(text: str, value: Any, column: int) -> str:
    """Return the comment behind a value on its line, as a line of its own."""
    if not isinstance(value, yaml.ScalarNode) or value.style in ("|", ">"):
        return ""
    rest = text[value.end_mark.index :].partition("\n")[0].strip()
    return f"{rest}\n{' ' * column}" if rest.startswith("#") else ""


class _Writer(yaml.SafeDumper):
    """Writes as the files are written by hand: long texts folded, lists indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _write_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else ">" if len(text) > 80 else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style)


_Writer.add_representer(str, _write_text)


def _line(name: str, value: Any, column: int) -> str:
    """Return a field as lines of YAML, indented."""
    flow = False if name == "replies" else None
    text = yaml.dump(
        {name: value},
        Dumper=_Writer,
        allow_unicode=True,
        sort_keys=False,
        width=94 - column,
        default_flow_style=False if isinstance(value, str) else flow,
    )
    return "\n".join(" " * column + line if line else "" for line in text.rstrip("\n").split("\n"))
