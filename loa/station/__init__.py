"""The station: the one object behind every door.

`Station` is found in ``loa.station.station``; it is not imported here, so that a worker process that renders one
bulletin does not load the whole house.
"""
