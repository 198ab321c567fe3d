"""The voices room: spoken words in, speech samples out, from the first voice of the ladder that works.

Importing this package loads no synthesiser, no network library and no numpy: each voice loads what it needs
when it first speaks.
"""

from loa.voices.ladder import Ladder, Refusal, Spoken
from loa.voices.named import KNOWN_VOICES, voice_named
from loa.voices.phrase_store import PhraseStore
from loa.voices.port import Clip, Voice, VoiceOptions

__all__ = ["KNOWN_VOICES", "Clip", "Ladder", "PhraseStore", "Refusal", "Spoken", "Voice", "VoiceOptions", "voice_named"]
