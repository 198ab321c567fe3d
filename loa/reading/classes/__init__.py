"""The semiotic classes: one file each, a rule or a few, with the cues that decide for the class."""
