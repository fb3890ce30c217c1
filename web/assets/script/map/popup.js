// What a dot, a hexagon or hatched ground says when it is clicked. Words from tiles are only ever set as text.
import { Popup } from "maplibre-gl";

const REACH = 6; // pixels round a finger or a pointer

// Returns what closes the popup that is open, for when the map no longer shows what it says.
export function addPopups(map, settings) {
  const layers = Object.keys(settings.popups);
  let open;
  const at = ({ x, y }) => {
    const drawn = layers.filter((layer) => map.getLayer(layer));
    const box = [[x - REACH, y - REACH], [x + REACH, y + REACH]];
    return map.queryRenderedFeatures(box, { layers: drawn })[0];
  };
  map.on("mousemove", ({ point }) => {
    map.getCanvas().style.cursor = at(point) ? "pointer" : "";
  });
  map.on("click", ({ point, lngLat }) => {
    const feature = at(point);
    if (!feature) return;
    const where = feature.geometry.type === "Point" ? feature.geometry.coordinates : lngLat;
    open = new Popup({ maxWidth: "18rem", focusAfterOpen: true })
      .setLngLat(where)
      .setDOMContent(content(feature.properties, settings.popups[feature.layer.id], settings))
      .addTo(map);
    const focusWithin = () => map.getContainer().contains(document.activeElement);
    open.on("close", () => {
      // By its button or Esc the focus was in the popup that is gone, so it goes back to the map.
      if (focusWithin() || document.activeElement === document.body) map.getCanvas().focus({ preventScroll: true });
    });
  });
  map.getContainer().addEventListener("keydown", ({ key }) => {
    if (key === "Escape") open?.remove();
  });
  return () => open?.remove();
}

function content(properties, kind, settings) {
  const box = document.createElement("div");
  const add = (tag, text, parent = box) => parent.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  add("h3", title(properties, kind, settings.words)).className = "ya-popup__title";
  if (kind === "supply") return box;
  add("p", `${settings.months[settings.month].name}: ${total(properties.n, settings.words)}`);
  const list = add("ul", "");
  for (const { code, name } of settings.categories) {
    const n = properties[`c${code}`];
    if (n) add("li", `${name}: ${n}`, list);
  }
  return box;
}

function title(properties, kind, words) {
  const called = (name) => words.names[name] ?? name;
  if (kind === "supply") return `${called(properties.name)}: ${words.states[properties.state]}`;
  if (kind === "cell") return words.cell;
  const street = (properties.name ?? "").replace(/^On or near\s*/i, "");
  if (!street) return words.unnamed;
  return street === properties.name ? street : `${words.near} ${called(street)}`;
}

const plural = new Intl.PluralRules(document.documentElement.lang); // Welsh has six forms

const total = (n, words) => words.counted[plural.select(n)].replace("{n}", n);
