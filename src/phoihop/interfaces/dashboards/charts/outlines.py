"""Outlines under a map: a plain frame where no boundaries are supplied, and the archipelagos in every one.

Law 27/2018/QH14 on surveying and mapping forbids maps that leave out what belongs to the country; so Hoàng Sa
and Trường Sa stand on every map, named, in small frames of their own that are no part of its scale. Their
islands are placed roughly, to a tenth of a degree, from general knowledge: a sign of where they are and no
survey. Since 1 July 2025 they are special zones of Đà Nẵng and of Khánh Hòa.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians
from typing import Any

from phoihop.interfaces.dashboards.charts.values import Place

Island = tuple[float, float]
HOANG_SA: tuple[Island, ...] = (
    (112.3, 16.8), (112.3, 17.0), (112.7, 16.7), (111.6, 16.5), (111.7, 16.4), (111.5, 17.1), (111.2, 15.8),
    (111.8, 16.3),
)  # fmt: skip
TRUONG_SA: tuple[Island, ...] = (
    (111.9, 8.6), (114.3, 11.4), (114.3, 11.1), (114.4, 10.4), (114.4, 10.2), (114.3, 9.9), (113.7, 9.0),
    (112.9, 7.9), (112.2, 8.9), (115.8, 10.7), (114.1, 10.7),
)  # fmt: skip
_LEAST = 0.15  # degrees: the smallest width of a frame, about 16 km
_SPARE = 0.12  # of a frame's width, left free around what lies in it


def frame(points: Iterable[tuple[float, float]]) -> dict[str, Any]:
    """A rectangle around some points as GeoJSON, with room around them. ValueError without a point."""
    (west, east), (south, north) = edges(list(points))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return collection([{"type": "Feature", "properties": {"name": ""}, "geometry": shape}])


def edges(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], tuple[float, float]]:
    """West and east, south and north of such a frame. ValueError without a point."""
    if not points:
        raise ValueError("nothing to put a frame around")
    return _widened([point[0] for point in points]), _widened([point[1] for point in points])


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def cleaned(shapes: Mapping[str, Any]) -> dict[str, Any]:
    """An operator's GeoJSON with nothing but codes and outlines. ValueError where it is no such file."""
    features = shapes.get("features")
    if shapes.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise ValueError("a FeatureCollection with features")
    return collection([_feature(each) for each in features])


def degrees(places: Iterable[Place]) -> list[tuple[float, float]]:
    return [(float(place.longitude), float(place.latitude)) for place in places]


def aspect(shapes: Mapping[str, Any]) -> float:
    """How much narrower a degree of longitude is than one of latitude, in the middle of some outlines."""
    latitudes = [point[1] for feature in shapes["features"] for point in _points(feature["geometry"])]
    return round(cos(radians((min(latitudes) + max(latitudes)) / 2)), 4)


def _feature(feature: Any) -> dict[str, Any]:
    geometry, properties = feature.get("geometry") or {}, feature.get("properties") or {}
    code = str(properties.get("code", ""))
    if geometry.get("type") not in ("Polygon", "MultiPolygon") or not code:
        raise ValueError("each feature is an area with a code")
    shape = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
    if any(not (abs(x) <= 180 and abs(y) <= 90) for x, y in _points(shape)):
        raise ValueError("coordinates in degrees")
    return {"type": "Feature", "properties": {"name": code}, "geometry": shape}


def _points(geometry: Mapping[str, Any]) -> list[tuple[float, float]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [(float(point[0]), float(point[1])) for rings in polygons for ring in rings for point in ring]


def _widened(along: list[float]) -> tuple[float, float]:
    low, high = min(along), max(along)
    spare = max((high - low) * _SPARE, (_LEAST - (high - low)) / 2, 0.0)
    return round(low - spare, 5), round(high + spare, 5)
