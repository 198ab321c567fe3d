"""The bulletins room: ``scripts/*.md`` as checked values with a content hash, and what an approval is."""

from loa.bulletins.bulletin import Approval, Bulletin, Genre, Priority, Translation
from loa.bulletins.folder import BulletinFolder, read_bulletin, read_bulletins, split_bulletin

__all__ = [
    "Approval",
    "Bulletin",
    "BulletinFolder",
    "Genre",
    "Priority",
    "Translation",
    "read_bulletin",
    "read_bulletins",
    "split_bulletin",
]
