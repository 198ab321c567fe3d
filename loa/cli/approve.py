"""`loa approve` and `loa withdraw`: a person's word that a text may air."""

from pathlib import Path

import click

from loa.cli.read import doubt_lines
from loa.cli.show import RenderProgress, by_option, open_station
from loa.language import translate as _


@click.command(
    help=_("Approve exactly the present text of each BULLETIN; a later edit voids it. Its audio is finished at once."),
    short_help=_("approve bulletins"),
)
@click.argument("names", nargs=-1, required=True, metavar=_("BULLETIN…"))
@by_option
@click.pass_obj
def approve(folder: Path, names: tuple[str, ...], person: str) -> None:
    """Approve bulletins and render them."""
    with open_station(folder) as station:
        for bulletin, row in station.approve(names, person=person):
            click.echo(
                _("“{title}” approved by {person}, text {hash}, ledger row {row}.").format(
                    title=bulletin.title, person=person, hash=bulletin.text_hash[:16], row=row.seq
                )
            )
            for line in doubt_lines(bulletin.body, station.read(bulletin.body).warnings, first_line=bulletin.body_line):
                click.secho(f"scripts/{bulletin.name}.md{line}", fg="yellow")
        jobs = station.audio_desk.render_jobs([Path(name).stem for name in names])
        items = {job.item for job in jobs}
        jobs += [
            job for job in station.audio_desk.render_jobs(unapproved=False) if job.item not in items
        ]  # tunes and the like
        with RenderProgress(jobs) as progress:
            station.audio_desk.render_these(jobs, on_done=progress.done, on_spoken=progress.spoken)
        if progress.errors:
            raise progress.errors[0][1]


@click.command(help=_("Withdraw the approval of BULLETIN; it airs no more."), short_help=_("withdraw an approval"))
@click.argument("name", metavar=_("BULLETIN"))
@by_option
@click.option("--why", default="", metavar=_("TEXT"), help=_("The reason; it is logged."))
@click.pass_obj
def withdraw(folder: Path, name: str, person: str, why: str) -> None:
    """Withdraw an approval."""
    with open_station(folder) as station:
        row = station.withdraw(name, person=person, why=why)
        click.echo(_("The approval of “{name}” is withdrawn, ledger row {row}.").format(name=name, row=row.seq))
