"""The pages, one file each, in the order of the navigation."""

from loa.console.pages import account, emergency, on_air, settings, station, users
from loa.console.routes import Routes

FILES_OF_PAGES: tuple[Routes, ...] = (
    on_air.ROUTES,
    emergency.ROUTES,
    station.ROUTES,
    settings.ROUTES,
    users.ROUTES,
    account.ROUTES,
)
