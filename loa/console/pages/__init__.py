"""The pages, one file each, in the order of the navigation."""

from loa.console.pages import (
    account,
    approval,
    bulletin_editor,
    bulletins,
    emergency,
    log,
    on_air,
    queue,
    reports,
    settings,
    sound_files,
    station,
    timetable,
    users,
)
from loa.console.routes import Routes

FILES_OF_PAGES: tuple[Routes, ...] = (
    on_air.ROUTES,
    bulletins.ROUTES,
    bulletin_editor.ROUTES,
    sound_files.ROUTES,
    approval.ROUTES,
    timetable.ROUTES,
    queue.ROUTES,
    log.ROUTES,
    reports.ROUTES,
    emergency.ROUTES,
    station.ROUTES,
    settings.ROUTES,
    users.ROUTES,
    account.ROUTES,
)
