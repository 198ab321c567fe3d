"""When the moon is new and where the sun stands: the two facts the lunar calendar rests on.

Sources: Jean Meeus, *Astronomical Algorithms*, 2nd ed. 1998: chapter 49 (phases of the moon), chapters 22, 25 and
appendix III (apparent longitude of the sun, from P. Bretagnon's and G. Francou's VSOP87). Earth's rotation (Delta T):
F. Espenak and J. Meeus, *Five Millennium Canon of Solar Eclipses*, NASA TP-2006-214141.

Instants are Julian days; "dynamical" ones (JDE) run evenly, the others follow the turning earth (universal time).
Measured against PyEphem over 1900-2100: new moons within 20 s, the sun's longitudes within 40 s.
"""

from __future__ import annotations

from functools import cache
from math import cos, floor, radians, sin

J2000 = 2451545.0
VIETNAM_OFFSET_DAYS = 7 / 24  # Decision 121/CP of 8 August 1967: the calendar of Vietnam counts at UTC+7
_ORDINAL_OF_JULIAN_DAY = 1721424.5  # the Julian day at which date.toordinal() would be 0
_DAYS_PER_DEGREE = 365.2422 / 360
MONTHS_PER_YEAR = 12.3685

# Meeus, table 49.A: days, power of E, and multiples of M, M', F, omega
_NEW_MOON = (
    (-0.40720, 0, 0, 1, 0, 0), (0.17241, 1, 1, 0, 0, 0), (0.01608, 0, 0, 2, 0, 0), (0.01039, 0, 0, 0, 2, 0),
    (0.00739, 1, -1, 1, 0, 0), (-0.00514, 1, 1, 1, 0, 0), (0.00208, 2, 2, 0, 0, 0), (-0.00111, 0, 0, 1, -2, 0),
    (-0.00057, 0, 0, 1, 2, 0), (0.00056, 1, 1, 2, 0, 0), (-0.00042, 0, 0, 3, 0, 0), (0.00042, 1, 1, 0, 2, 0),
    (0.00038, 1, 1, 0, -2, 0), (-0.00024, 1, -1, 2, 0, 0), (-0.00017, 0, 0, 0, 0, 1), (-0.00007, 0, 2, 1, 0, 0),
    (0.00004, 0, 0, 2, -2, 0), (0.00004, 0, 3, 0, 0, 0), (0.00003, 0, 1, 1, -2, 0), (0.00003, 0, 0, 2, 2, 0),
    (-0.00003, 0, 1, 1, 2, 0), (0.00003, 0, -1, 1, 2, 0), (-0.00002, 0, -1, 1, -2, 0), (-0.00002, 0, 1, 3, 0, 0),
    (0.00002, 0, 0, 4, 0, 0),
)  # fmt: skip
# Meeus, p. 351, planetary terms: millionths of a day, degrees, degrees per month (the T squared of the first is below 1 s)
_PLANETS = (
    (325, 299.77, 0.107408), (165, 251.88, 0.016321), (164, 251.83, 26.651886), (126, 349.42, 36.412478),
    (110, 84.66, 18.206239), (62, 141.74, 53.303771), (60, 207.14, 2.453732), (56, 154.84, 7.306860),
    (47, 34.52, 27.261239), (42, 207.19, 0.121824), (40, 291.34, 1.844379), (37, 161.72, 24.198154),
    (35, 239.56, 25.513099), (23, 331.55, 3.592518),
)  # fmt: skip
# Meeus, appendix III, heliocentric longitude of the earth, a series for each power of time:
# hundred-millionths of a radian, radians, radians per thousand years
_EARTH = (
    (
        (175347046, 0, 0), (3341656, 4.6692568, 6283.07585), (34894, 4.6261, 12566.1517), (3497, 2.7441, 5753.3849),
        (3418, 2.8289, 3.5231), (3136, 3.6277, 77713.7715), (2676, 4.4181, 7860.4194), (2343, 6.1352, 3930.2097),
        (1324, 0.7425, 11506.7698), (1273, 2.0371, 529.691), (1199, 1.1096, 1577.3435), (990, 5.233, 5884.927),
        (902, 2.045, 26.298), (857, 3.508, 398.149), (780, 1.179, 5223.694), (753, 2.533, 5507.553),
        (505, 4.583, 18849.228), (492, 4.205, 775.523), (357, 2.92, 0.067), (317, 5.849, 11790.629),
        (284, 1.899, 796.298), (271, 0.315, 10977.079), (243, 0.345, 5486.778), (206, 4.806, 2544.314),
        (205, 1.869, 5573.143), (202, 2.458, 6069.777), (156, 0.833, 213.299), (132, 3.411, 2942.463),
        (126, 1.083, 20.775), (115, 0.645, 0.98), (103, 0.636, 4694.003), (102, 0.976, 15720.839),
        (102, 4.267, 7.114), (99, 6.21, 2146.17), (98, 0.68, 155.42), (86, 5.98, 161000.69), (85, 1.3, 6275.96),
        (85, 3.67, 71430.7), (80, 1.81, 17260.15), (79, 3.04, 12036.46), (75, 1.76, 5088.63), (74, 3.5, 3154.69),
        (74, 4.68, 801.82), (70, 0.83, 9437.76), (62, 3.98, 8827.39), (61, 1.82, 7084.9), (57, 2.78, 6286.6),
        (56, 4.39, 14143.5), (56, 3.47, 6279.55), (52, 0.19, 12139.55), (52, 1.33, 1748.02), (51, 0.28, 5856.48),
        (49, 0.49, 1194.45), (41, 5.37, 8429.24), (41, 2.4, 19651.05), (39, 6.17, 10447.39), (37, 6.04, 10213.29),
        (37, 2.57, 1059.38), (36, 1.71, 2352.87), (36, 1.78, 6812.77), (33, 0.59, 17789.85), (30, 0.44, 83996.85),
        (30, 2.74, 1349.87), (25, 3.16, 4690.48),
    ),
    (
        (628331966747, 0, 0), (206059, 2.678235, 6283.07585), (4303, 2.6351, 12566.1517), (425, 1.59, 3.523),
        (119, 5.796, 26.298), (109, 2.966, 1577.344), (93, 2.59, 18849.23), (72, 1.14, 529.69), (68, 1.87, 398.15),
        (67, 4.41, 5507.55), (59, 2.89, 5223.69), (56, 2.17, 155.42), (45, 0.4, 796.3), (36, 0.47, 775.52),
        (29, 2.65, 7.11), (21, 5.34, 0.98), (19, 1.85, 5486.78), (19, 4.97, 213.3), (17, 2.99, 6275.96),
        (16, 0.03, 2544.31), (16, 1.43, 2146.17), (15, 1.21, 10977.08), (12, 2.83, 1748.02), (12, 3.26, 5088.63),
        (12, 5.27, 1194.45), (12, 2.08, 4694), (11, 0.77, 553.57), (10, 1.3, 6286.6), (10, 4.24, 1349.87),
    ),
    ((52919, 0, 0), (8720, 1.0721, 6283.0758), (309, 0.867, 12566.152), (27, 0.05, 3.52), (16, 5.19, 26.3),
     (16, 3.68, 155.42), (10, 0.76, 18849.23)),
    ((289, 5.844, 6283.076), (35, 0, 0), (17, 5.49, 12566.15)),
)  # fmt: skip
# Espenak and Meeus: the decimal year a piece ends with, the year its time counts from, its coefficients in seconds
_DELTA_T = (
    (1920, 1900, (-2.79, 1.494119, -0.0598939, 0.0061966, -0.000197)),
    (1941, 1920, (21.20, 0.84493, -0.076100, 0.0020936)),
    (1961, 1950, (29.07, 0.407, -1 / 233, 1 / 2547)),
    (1986, 1975, (45.45, 1.067, -1 / 260, -1 / 718)),
    (2005, 2000, (63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599)),
    (2050, 2000, (62.92, 0.32217, 0.005589)),
    (2150, 1820, (-205.724, 0.5628, 32e-4)),
    (3000, 1820, (-20, 0, 32e-4)),
)


def delta_t_s(julian_day: float) -> float:
    """Return how many seconds dynamical time is ahead of universal time; predictions from 2005 on."""
    year = 2000 + (julian_day - J2000) / 365.25
    _, start, coefficients = next(piece for piece in _DELTA_T if year < piece[0])
    return _polynomial(year - start, coefficients)


@cache
def new_moon(number: int) -> float:
    """Return the instant of a new moon as a Julian day in universal time.

    Parameters
    ----------
    number
        Counted from the new moon of 6 January 2000, which is 0.
    """
    k = float(number)
    t = k / 1236.85
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t * t
    arguments = (
        2.5534 + 29.10535670 * k + _polynomial(t, (0, 0, -0.0000014, -0.00000011)),
        201.5643 + 385.81693528 * k + _polynomial(t, (0, 0, 0.0107582, 0.00001238, -0.000000058)),
        160.7108 + 390.67050284 * k + _polynomial(t, (0, 0, -0.0016118, -0.00000227, 0.000000011)),
        124.7746 - 1.56375588 * k + _polynomial(t, (0, 0, 0.0020672, 0.00000215)),
    )
    dynamical = 2451550.09766 + 29.530588861 * k + _polynomial(t, (0, 0, 0.00015437, -0.000000150, 0.00000000073))
    for days, power, *multiples in _NEW_MOON:
        angle = sum(multiple * argument for multiple, argument in zip(multiples, arguments, strict=True))
        dynamical += days * eccentricity**power * sin(radians(angle))
    dynamical += sum(size * 1e-6 * sin(radians(start + pace * k)) for size, start, pace in _PLANETS)
    return dynamical - delta_t_s(dynamical) / 86400


def sun_longitude(dynamical: float) -> float:
    """Return the sun's apparent geocentric longitude in degrees, 0 to 360, at a dynamical Julian day."""
    t = (dynamical - J2000) / 365250
    earth = sum(
        t**power * sum(size * cos(phase + pace * t) for size, phase, pace in series)
        for power, series in enumerate(_EARTH)
    )
    anomaly = radians(357.52911 + 359990.5029 * t)
    node = radians(125.04452 - 19341.36261 * t)
    sun, moon = radians(280.4665 + 360007.698 * t), radians(218.3165 + 4812678.813 * t)
    nutation = -17.20 * sin(node) - 1.32 * sin(2 * sun) - 0.23 * sin(2 * moon) + 0.21 * sin(2 * node)
    aberration = -20.4898 * (1 + 0.01671 * cos(anomaly))
    frame = -0.09033  # from the dynamical equinox of VSOP87 to that of the FK5 catalogue
    degrees = earth * 1e-8 * 180 / 3.141592653589793
    return (degrees + 180 + (nutation + aberration + frame) / 3600) % 360


def sun_reaches(longitude: float, *, near: float) -> float:
    """Return the Julian day, in universal time, at which the sun's apparent longitude is `longitude` degrees.

    Parameters
    ----------
    longitude
        A multiple of 30 is a major solar term (trung khí); 270 is the winter solstice.
    near
        A Julian day within half a year of it.
    """
    dynamical = near
    for _ in range(6):  # from 180 days away each step leaves under 4 % of the error
        away = (longitude - sun_longitude(dynamical) + 180) % 360 - 180
        dynamical += away * _DAYS_PER_DEGREE
    return dynamical - delta_t_s(dynamical) / 86400


def vietnam_ordinal(julian_day: float) -> int:
    """Return the day in Vietnam (UTC+7), as ``date.toordinal()``, on which an instant falls."""
    return floor(julian_day + VIETNAM_OFFSET_DAYS - _ORDINAL_OF_JULIAN_DAY)


def julian_day(ordinal: int) -> float:
    """Return the Julian day at midnight, universal time, that begins the day with this ``date.toordinal()``."""
    return ordinal + _ORDINAL_OF_JULIAN_DAY


def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    value = 0.0
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value
