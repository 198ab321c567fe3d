"""The pages, one file each, in the order of the navigation."""

from loa.console.pages import (
    account,
    approval,
    bulletins,
    emergency,
    log,
    on_air,
    queue,
    reports,
    settings,
    station,
    timetable,
    users,
)
from loa.console.routes import Routes

FILES_OF_PAGES: tuple[Routes, ...] = (
    on_air.ROUTES,
    bulletins.ROUTES,
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
