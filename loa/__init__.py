"""loa (Vietnamese: loudspeaker) keeps a commune's loudspeaker station on air."""

__version__ = "0.1.0"
