"""The archive of areas: outlines of forces and neighbourhoods, and a label for each."""

from pathlib import Path

from geo.store.boundary import Areas
from tiles.archive import MAX_ZOOM, MIN_ZOOM, UNTOLD, About, LayerAbout, Origin, TileReport, write_archive
from tiles.bounds import Bounds
from tiles.geometry import Kind
from tiles.label_layer import LabelLayer, label_point
from tiles.shape_layer import ShapeLayer

NEIGHBOURHOOD_ZOOM = 8  # nearer than this a neighbourhood is more than a few pixels across
_FORCE = {"force": "String", "name": "String"}
_NEIGHBOURHOOD = {"force": "String", "id": "String", "name": "String"}


def write_area_archive(path: Path, *, forces: Areas, neighbourhoods: Areas, origin: Origin = UNTOLD) -> TileReport:
    """Writes the archive `areas` (docs/spec/tiles.md).

    Args:
        path: the file to write.
        forces: force areas; may be empty.
        neighbourhoods: those of the current generations; may be empty.
        origin: what it is made from.
    """
    layers: list[ShapeLayer | LabelLayer] = []
    about: list[LayerAbout] = []
    of_force = [{"force": force, "name": name} for force, name in zip(forces.force_ids, forces.names, strict=True)]
    named = zip(neighbourhoods.force_ids, neighbourhoods.ids, neighbourhoods.names, strict=True)
    of_each = [{"force": force, "id": one, "name": name} for force, one, name in named]
    for layer, label, areas, rows, since, fields in (
        (
            "neighbourhoods",
            "neighbourhood_labels",
            neighbourhoods,
            of_each,
            NEIGHBOURHOOD_ZOOM,
            _NEIGHBOURHOOD,
        ),
        ("forces", "force_labels", forces, of_force, MIN_ZOOM, _FORCE),
    ):
        each = [since] * len(areas)
        shapes = areas.polygons.tolist()
        layers.append(ShapeLayer(layer, Kind.POLYGON, shapes, rows, each, MAX_ZOOM))
        layers.append(LabelLayer(label, [label_point(area) for area in shapes], rows, each))
        about += [LayerAbout(one, since, MAX_ZOOM, fields) for one in (layer, label)]
    bounds = Bounds.around(layer.square for layer in layers)
    zooms = ((zoom, [layer.tiles(zoom) for layer in layers]) for zoom in range(MIN_ZOOM, MAX_ZOOM + 1))
    return write_archive(path, About("areas", bounds, about, origin), zooms)
