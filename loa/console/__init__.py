"""The console: the station's pages in a browser. It calls `Station`, as the command line does, and shows what it says.

It runs as a process of its own beside `loa run` (``python -m loa.console``): whatever a browser does, the station's
process plays on.
"""
