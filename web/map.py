"""The map element: a folium element that draws with MapLibre GL, in a page, a notebook or a file of its own.

It writes a container, the map's settings as JSON and nothing that runs, so a strict Content-Security-Policy holds: one
module script (`web/assets/script/map`) finds the settings and draws. Ids are given, never random, so that a page made
twice is the same page.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from branca.element import Element, Figure, MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

PMTILES = "pmtiles://"


class Source(MacroElement):
    """A source of a map's style.

    Args:
        name: what layers call it.
        definition: as the MapLibre style specification writes a source.
    """

    def __init__(self, name: str, definition: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "Source", name
        self.name = name
        self.definition = dict(definition)


class Layer(MacroElement):
    """A layer of a map's style; later layers are drawn over earlier ones.

    Args:
        definition: as the MapLibre style specification writes a layer, with its `id`.
        popup: what a click on it tells: `point`, `cell`, `supply`, `neighbourhood`, or nothing.
    """

    def __init__(self, definition: Mapping[str, Any], popup: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "Layer", str(definition["id"])
        self.definition = dict(definition)
        self.popup = popup


class MapLibreMap(JSCSSMixin):
    """A map drawn by MapLibre GL. `Source` and `Layer` children, added with `add_to`, make its style.

    Args:
        map_id: the container's id, unique in its page.
        label: what the map shows, for those who do not see it.
        settings: what the script needs besides the style: `bounds`, `month`, `months`, `categories`, `words`, ...
        style: roots of the style besides sources and layers, such as `font-faces` and `state`.
        waiting: HTML that stands in the container until the map is drawn, and for good where it cannot be.
    """

    _template = Template(
        '{% macro html(this, kwargs) %}<div class="ya-map" id="{{ this.map_id|e }}" role="region" '
        'aria-label="{{ this.label|e }}">{{ this.waiting }}</div>\n'
        '<script type="application/json" data-map="{{ this.map_id|e }}">{{ this.settings_json() }}</script>'
        "{% endmacro %}"
    )
    # A page brings its own; folium's lists belong to the class, so that adding to one adds to every element's.
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    default_js: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(
        self,
        map_id: str,
        label: str,
        settings: Mapping[str, Any],
        style: Mapping[str, Any] | None = None,
        waiting: str = "",
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "MapLibreMap", map_id
        self.map_id = map_id
        self.label = label
        self.settings = dict(settings)
        self.waiting = waiting
        self._style = dict(style or {})

    def set_state(self, name: str, value: str) -> None:
        """Give a name that the style's expressions read, and the script, another value than they take it to have."""
        self._style["state"] = {**self._style.get("state", {}), name: {"default": value}}
        self.settings[name] = value

    def style(self) -> dict[str, Any]:
        """The MapLibre style that the children make."""
        children = self._children.values()
        return {
            "version": 8,
            **self._style,
            "sources": {child.name: child.definition for child in children if isinstance(child, Source)},
            "layers": [child.definition for child in children if isinstance(child, Layer)],
        }

    def settings_json(self) -> str:
        """Settings and style for the script, safe inside a `<script>` element."""
        popups = {
            child.definition["id"]: child.popup
            for child in self._children.values()
            if isinstance(child, Layer) and child.popup
        }
        settings = {**self.settings, "style": self.style(), "popups": popups}
        return json.dumps(settings, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

    def fragment(self) -> str:
        """The HTML that a page includes; the page links the scripts and styles itself."""
        return str(self._template.module.html(self, {}))

    def render(self, **_kwargs: Any) -> str:
        """Write the fragment into the figure this map was added to; nothing where it stands itself."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise TypeError("A map is rendered inside a PageFigure; fragment() gives it to a page.")
        figure.html.add_child(Verbatim(self.fragment()), name=self.get_name())
        return ""

    def _repr_html_(self) -> str:
        """The map in a notebook, in a frame of its own; the figure it was added to says who serves its script."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            figure = PageFigure(self.label)
            figure.add_child(self)
        return figure._repr_html_()


class Verbatim(Element):
    """HTML as it is: branca would read it as a template once more, and a street may be called `{{`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._html = html

    def render(self, **_kwargs: Any) -> str:
        """The HTML."""
        return self._html


class PageFigure(Figure):
    """A whole page round a map: with a language and a viewport, its title escaped, and no script of its own.

    Args:
        title: the page's title.
        language: its language code.
        base_url: where the links and tiles are served; none where the page itself is served from there.
        css: addresses of style sheets.
        modules: addresses of module scripts.
    """

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.language|e }}">\n<head>\n<meta charset="utf-8">\n'
        '{% if this.base_url %}<base href="{{ this.base_url|e }}">\n{% endif %}<title>{{ this.title|e }}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '{% for href in this.css %}<link rel="stylesheet" href="{{ href|e }}">\n{% endfor %}</head>\n<body>\n'
        "<main>{{ this.html.render(**kwargs) }}</main>\n"
        '{% for src in this.modules %}<script type="module" src="{{ src|e }}"></script>\n{% endfor %}</body>\n</html>\n'
    )

    def __init__(
        self,
        title: str,
        language: str = "en",
        base_url: str | None = None,
        css: Sequence[str] = (),
        modules: Sequence[str] = (),
    ) -> None:
        super().__init__(title=title, height="480px")
        self._id = "page"
        self.language = language
        self.base_url = base_url
        self.css = tuple(css)
        self.modules = tuple(modules)
