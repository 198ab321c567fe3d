"""The report in its order: which sections it has, and which blocks each of them holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loa.language import translate as _
from loa.reports import annexes, narrative, sentences, tables
from loa.reports.blocks import Align, Anchor, Bar, Bars, Block, Column, Content, Heading, Paragraph, Section, Table
from loa.reports.calendar_chart import heat_map
from loa.reports.model import ReportModel
from loa.reports.wording import minutes, topic_title


def content_of(model: ReportModel) -> Content:
    """Return what the report says, in its order; what a period did not have is left out."""
    sections = [
        Section(name="mo_dau", blocks=_texts(model, "opening")),
        Section(name="ket_qua_chung", blocks=_general(model)),
    ]
    parts = [part for part in _parts(model) if part[2]]
    for number, (name, title, blocks) in enumerate(parts, start=2):
        sections.append(Section(name=name, blocks=(Heading(level=2, text=f"{number}. {title}"), *blocks)))
    sections += [
        Section(name="khong_phat", blocks=_failures(model)),
        Section(name="duyet", blocks=(_chapter(_("III. APPROVAL OF CONTENTS")), *_texts(model, "approvals"))),
        Section(name="de_xuat", blocks=(_chapter(_("IV. PROPOSALS")), *_texts(model, "suggestions"))),
        Section(name="can_cu", blocks=_basis(model)),
        Section(name="ket_thuc", blocks=_closing(model)),
    ]
    return Content(sections=tuple(sections), annexes=tuple(annexes.annexes(model)))


def _chapter(text: str) -> Heading:
    return Heading(level=1, text=text)


def _texts(model: ReportModel, section: str) -> tuple[Block, ...]:
    return tuple(Paragraph(text=text) for text in narrative.paragraphs(model, section))


def _general(model: ReportModel) -> tuple[Block, ...]:
    blocks: list[Block] = [
        _chapter(_("I. RESULTS OF BROADCASTING")),
        Heading(level=2, text=_("1. Broadcasts")),
        *_texts(model, "general"),
    ]
    if model.total.count:
        columns = (
            Column(title=_("Result"), width_cm=6.7),
            Column(title=_("Broadcasts"), width_cm=2.8, align=Align.RIGHT),
            Column(title=_("Planned (minutes)"), width_cm=3.5, align=Align.RIGHT),
            Column(title=_("Played (minutes)"), width_cm=3.5, align=Align.RIGHT),
        )
        blocks.append(Table(columns=columns, rows=tables.result_rows(model), totals=tables.result_totals(model)))
    return tuple(blocks)


def _parts(model: ReportModel) -> Iterator[tuple[str, str, tuple[Block, ...]]]:
    """Yield name, title and blocks of each part of section I after the first; without blocks it is left out."""
    if model.spotlight is not None:
        title = topic_title(model.subject.spotlight_topic, model.subject)
        yield "chuyen_muc_rieng", _("The topic “{title}”").format(title=title), _texts(model, "spotlight")
    yield "chi_tieu", _("Targets"), _targets(model)
    if model.total.count:
        yield "chuyen_muc", _("Bulletins by topic"), tuple(_topics(model))
        yield "the_loai", _("Bulletins by genre, language and source"), _other_groups(model)
        said = Paragraph(text=_("The darker a day, the more was heard of it; × marks broadcasts not aired."), keep=True)
        yield "lich_phat", _("Minutes day by day"), (said, heat_map(model))
        yield "dung_gio", _("Punctuality"), _texts(model, "punctuality")
    yield "kenh_khac", _("Mobile loudspeakers and other channels"), tuple(_by_hand(model))


def _targets(model: ReportModel) -> tuple[Block, ...]:
    if not model.targets:
        return ()
    columns = (
        Column(title=_("Target"), width_cm=4.9),
        Column(title=_("Period"), width_cm=2.6),
        Column(title=_("Measure"), width_cm=2.0),
        Column(title=_("Asked"), width_cm=1.5, align=Align.RIGHT),
        Column(title=_("Done"), width_cm=1.5, align=Align.RIGHT),
        Column(title=_("More or less"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("State"), width_cm=2.3),
    )
    return (*_texts(model, "targets"), Table(columns=columns, rows=tables.target_rows(model)))


def _topics(model: ReportModel) -> Iterator[Block]:
    rows = tables.topic_rows(model)
    if not rows:
        yield Paragraph(text=_("No bulletin was aired in this period."))
        return
    if model.bulletins.heard.count:
        yield Heading(level=3, text=_("Minutes heard by topic"))
        yield topic_bars(model)
    yield _topic_table(rows, model)


def topic_bars(model: ReportModel) -> Bars:
    """Return the chart of minutes by topic, in the order of the table."""
    shown = [one for one in model.topics if tables.is_shown(one, model)]
    most_s = max((one.heard.played_s for one in shown), default=0.0)
    bars = [
        Bar(
            label=topic_title(one.key, model.subject),
            share=one.heard.played_s / most_s if most_s else 0.0,
            said=minutes(one.heard.played_s),
            marked=one.key == model.subject.spotlight_topic,
        )
        for one in shown
    ]
    return Bars(bars=bars)


def _topic_table(rows: Sequence[Sequence[str]], model: ReportModel) -> Table:
    columns = [
        Column(title=_("Topic"), width_cm=3.8 if model.has_file_only else 6.3),
        Column(title=_("Bulletins aired"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Of these cut short"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Broadcasts with it"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Sessions"), width_cm=1.6, align=Align.RIGHT),
        Column(title=_("Minutes"), width_cm=1.6, align=Align.RIGHT),
        Column(title=_("Share of length"), width_cm=1.9, align=Align.RIGHT),
    ]
    if model.has_file_only:
        columns += [
            Column(title=_("To a file"), width_cm=1.1, align=Align.RIGHT),
            Column(title=_("To a file (minutes)"), width_cm=1.4, align=Align.RIGHT),
        ]
    return Table(columns=columns, rows=rows, totals=[tables.topic_total(model)])


def _other_groups(model: ReportModel) -> tuple[Block, ...]:
    rows = tables.other_group_rows(model)
    if not rows:
        return ()
    columns = (
        Column(title=_("Sorted by"), width_cm=3.0),
        Column(title=_("Kind"), width_cm=6.2),
        Column(title=_("Bulletins aired"), width_cm=2.4, align=Align.RIGHT),
        Column(title=_("Minutes"), width_cm=2.4, align=Align.RIGHT),
        Column(title=_("Share of length"), width_cm=2.5, align=Align.RIGHT),
    )
    return (Table(columns=columns, rows=rows),)


def _by_hand(model: ReportModel) -> Iterator[Block]:
    if model.by_hand is None:
        return
    yield from _texts(model, "by_hand")
    channels = (
        Column(title=_("Channel"), width_cm=5.6),
        Column(title=_("Times"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Length (minutes)"), width_cm=2.4, align=Align.RIGHT),
        Column(title=_("Places"), width_cm=6.8),
    )
    total = [tables.channel_total(model.by_hand)]
    yield Table(columns=channels, rows=tables.channel_rows(model.by_hand), totals=total)
    topics = (
        Column(title=_("Topic"), width_cm=11.5),
        Column(title=_("Bulletins, each time"), width_cm=5.0, align=Align.RIGHT),
    )
    yield Table(columns=topics, rows=tables.topic_times_rows(model.by_hand, model))


def _failures(model: ReportModel) -> tuple[Block, ...]:
    blocks: list[Block] = [
        _chapter(_("II. BROADCASTS MISSED OR AIRED IN PART; EMERGENCIES; FAULTS")),
        Heading(level=2, text=_("1. Broadcasts missed or aired in part")),
        *_texts(model, "failures"),
    ]
    head: tuple[Column, ...] = (
        Column(title=_("Annex no."), width_cm=1.1, align=Align.CENTRE),
        Column(title=_("Day, time"), width_cm=2.3, align=Align.CENTRE),
        Column(title=_("Programme"), width_cm=3.4),
        Column(title=_("Planned (minutes)"), width_cm=1.6, align=Align.RIGHT),
        Column(title=_("Played (minutes)"), width_cm=1.6, align=Align.RIGHT),
    )
    if model.failures:
        columns = (
            *head,
            Column(title=_("Result, reason"), width_cm=3.5),
            Column(title=_("What was done"), width_cm=3.0),
        )
        blocks.append(Table(columns=columns, rows=tables.failure_rows(model)))
    blocks += [Heading(level=2, text=_("2. Emergency bulletins")), *_texts(model, "emergencies")]
    if model.emergencies:
        columns = (
            *head,
            Column(title=_("Result, reason"), width_cm=3.5),
            Column(title=_("Ordered by"), width_cm=3.0),
        )
        blocks.append(Table(columns=columns, rows=tables.emergency_rows(model)))
    blocks += [Heading(level=2, text=_("3. Faults and repairs")), *_texts(model, "faults")]
    if model.events.faults:
        noticed = (
            Column(title=_("Noticed"), width_cm=3.1, align=Align.CENTRE),
            Column(title=_("Over"), width_cm=3.1, align=Align.CENTRE),
            Column(title=_("What it was"), width_cm=7.8),
            Column(title=_("Ledger rows"), width_cm=2.5, align=Align.CENTRE),
        )
        blocks.append(Table(columns=noticed, rows=tables.fault_rows(model)))
    return tuple(blocks)


def _basis(model: ReportModel) -> tuple[Block, ...]:
    code = f"loa:{model.period.name};head={model.ledger_head};rows={model.ledger_rows}"
    lines = [
        _("Anchor of the log: {anchor}").format(anchor=" ".join(_fours(model.anchor))),
        _("Rows of the log: {rows}").format(rows=model.ledger_rows),
    ]
    if model.key_fingerprint:
        code += f";key={model.key_fingerprint}"
        lines.append(_("Key of the station: {key}").format(key=" ".join(_fours(model.key_fingerprint[:16]))))
    return (
        _chapter(_("V. WHAT THE FIGURES REST ON")),
        *(Paragraph(text=text) for text in sentences.basis(model)),
        Anchor(code=code, lines=tuple(lines)),
    )


def _fours(digits: str) -> list[str]:
    return [digits[start : start + 4] for start in range(0, len(digits), 4)]


def _closing(model: ReportModel) -> tuple[Block, ...]:
    texts = narrative.paragraphs(model, "closing")
    if not texts:
        return ()
    whole = [Paragraph(text=text) for text in texts[:-1]]
    return (*whole, Paragraph(text=f"{texts[-1].removesuffix('./.').removesuffix('.')}./.", keep=True))
