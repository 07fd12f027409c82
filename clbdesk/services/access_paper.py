"""One record of the dossier as it stands in an access bundle: every word of it, all versions."""

from __future__ import annotations

from clbdesk.clock import BRUSSELS
from clbdesk.domain.judgement import Judgement, RuleStatus
from clbdesk.reports.access_bundle import BundleItem
from clbdesk.services.field_words import field_text
from clbdesk.services.history_record import RecordText, VersionText
from clbdesk.services.history_rows import RowState
from clbdesk.standards.phrases import day
from clbdesk.wording import label, say


def bundle_item(text: RecordText) -> BundleItem:
    """The record as title, labels and values, and lines below them."""
    row = text.row
    moment = row.moment.value if row.moment else ""
    title = " · ".join(part for part in (day(row.on), moment, row.word, row.about) if part)
    facts = [(field.label, field_text(field)) for field in text.fields]
    facts += [
        (name, value)
        for name, value in (
            (say("access.performer"), text.performer),
            (say("access.source"), text.source),
            (say("access.author"), text.author or label(text.role)),
        )
        if value
    ]
    lines = [_judged(one) for one in text.judgements]
    if text.assumed:
        lines.append(say("history.assumed", names=", ".join(text.assumed)))
    if row.state is RowState.NEWER:
        lines.append(say("history.newer"))
    if len(text.versions) > 1:
        lines += [_version(one, is_first=one is text.versions[-1]) for one in text.versions]
    return BundleItem(title, tuple(facts), tuple(lines))


def _judged(line: Judgement) -> str:
    """What a rule said, and whether a doctor confirmed the rule."""
    unsigned = f", {label(line.status)}" if line.status is RuleStatus.SIGN else ""
    return f"{line.head}: {line.text} ({line.rule_id}, {line.edition}{unsigned})"


def _version(version: VersionText, *, is_first: bool) -> str:
    at = version.at.astimezone(BRUSSELS)
    when = f"{day(at.date())} {at:%H:%M}"
    if version.is_withdrawn:
        return say("history.withdrawn_by", day=when, who=version.by, reason=version.reason)
    word = say("access.first_version") if is_first else say("access.corrected")
    reason = f": {version.reason}" if version.reason else ""
    sentence = say("history.corrected_by", word=word, day=when, who=version.by, reason=reason)
    was = ", ".join(f"{field.label} was {field_text(field)}" for field in version.was)
    return f"{sentence} · {was}" if was else sentence
