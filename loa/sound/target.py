"""What every finished item sounds like."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from loa.sound_settings import SoundProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundTarget:
    """Figures a station can set; the defaults are the house's.

    Attributes
    ----------
    sample_rate
        Samples per second of every finished file (Hz).
    loudness_lufs
        Integrated loudness by ITU-R BS.1770-4 (LUFS); reached within 0.5 LU.
    true_peak_dbtp
        Highest true peak (dB below full scale); never exceeded.
    profile
        What the loudspeakers are: flat, or horns heard from afar (see `loa.sound.horn`).
    phrase_gap_ms, sentence_gap_ms, paragraph_gap_ms
        Silence after a phrase, a sentence, a paragraph (milliseconds).
    """

    sample_rate: int = 48_000
    loudness_lufs: float = -18.0
    true_peak_dbtp: float = -1.0
    profile: SoundProfile = SoundProfile.FLAT
    phrase_gap_ms: int = 180
    sentence_gap_ms: int = 450
    paragraph_gap_ms: int = 900

    def gap_ms(self, pause: str) -> int:
        """Return the silence after a ``phrase``, ``sentence`` or ``paragraph`` in milliseconds."""
        gaps = {
            "phrase": self.phrase_gap_ms,
            "sentence": self.sentence_gap_ms,
            "paragraph": self.paragraph_gap_ms,
        }
        if pause not in gaps:
            raise ValueError(f"pause is {pause!r}, not one of {', '.join(gaps)}")
        return gaps[pause]

    def as_json(self) -> dict[str, int | float | str]:
        """Return the figures as plain values."""
        return asdict(self)
