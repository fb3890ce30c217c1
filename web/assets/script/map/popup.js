// What a dot, a hexagon, hatched ground or a neighbourhood says when it is clicked. Words from tiles are only ever set as text.
import { Popup } from "maplibre-gl";

const REACH = 6; // pixels round a finger or a pointer
const GROUND = "neighbourhood"; // a click on it leads to its page; the lists of neighbourhoods do so by keyboard

// Returns what closes the popup that is open, for when the map no longer shows what it says.
export function addPopups(map, settings) {
  const [grounds, figures] = [true, false].map((wanted) => (
    Object.keys(settings.popups).filter((layer) => (settings.popups[layer] === GROUND) === wanted)
  ));
  let open;
  const first = (where, layers) => (
    map.queryRenderedFeatures(where, { layers: layers.filter((layer) => map.getLayer(layer)) })[0]
  );
  const at = ({ x, y }) => first([[x - REACH, y - REACH], [x + REACH, y + REACH]], figures);
  map.on("mousemove", ({ point }) => {
    map.getCanvas().style.cursor = at(point) ? "pointer" : "";
  });
  map.on("click", ({ point, lngLat }) => {
    const feature = at(point);
    const where = feature?.geometry.type === "Point" ? feature.geometry.coordinates : lngLat;
    const ground = first(map.project(where), grounds); // of the dot, which may lie beyond a border from the pointer
    if (!feature && !ground) return;
    open = new Popup({ maxWidth: "18rem", focusAfterOpen: true })
      .setLngLat(where)
      .setDOMContent(content(feature, ground?.properties, settings))
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

function content(feature, ground, settings) {
  const box = document.createElement("div");
  const add = (tag, text, parent = box) => parent.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  const { words } = settings;
  const kind = feature && settings.popups[feature.layer.id];
  add("h3", feature ? title(feature.properties, kind, words) : ground.name).className = "ya-popup__title";
  if (feature && kind !== "supply") addCounts(feature.properties, settings, add);
  if (kind === "point") addStreet(feature.id, settings, add);
  // A file of its own leads nowhere, and a static edition only to the neighbourhoods of its force.
  if (!ground || !settings.neighbourhoods || (settings.only && ground.force !== settings.only)) return box;
  const link = add("a", feature ? words.within.replace("{name}", () => ground.name) : words.open, add("p", ""));
  link.className = "govuk-link";
  link.href = settings.neighbourhoods + [ground.force, ground.id].map(encodeURIComponent).join("/");
  return box;
}

function addCounts(properties, settings, add) {
  add("p", `${settings.months[settings.month].name}: ${total(counted(properties, "n", settings), settings.words)}`);
  const list = add("ul", "");
  for (const { code, name } of settings.categories) {
    const n = counted(properties, `c${code}`, settings);
    if (n) add("li", `${name}: ${n}`, list);
  }
}

// As the layers count (COUNT in web/cartography.py): with what the railway's police recorded, without it, or it alone.
function counted(properties, key, { railway }) {
  const all = properties[key] ?? 0;
  const ofRailway = properties[key === "n" ? "r" : `r${key.slice(1)}`] ?? 0;
  if (railway === "only") return ofRailway;
  return railway === "without" ? all - ofRailway : all;
}

// What a dot does not tell, and where its crimes stand one by one. A year's dot has no such page.
function addStreet(id, settings, add) {
  add("p", settings.words.caveat);
  if (id === undefined || settings.month === settings.year || !settings.crimes) return;
  const link = add("a", settings.words.street, add("p", ""));
  const chosen = settings.categories.find(({ code }) => settings.count === `c${code}`);
  const [page, kept] = settings.crimes.split("?");
  const railway = settings.railway && { railway: settings.railway };
  const query = new URLSearchParams({
    ...Object.fromEntries(new URLSearchParams(kept)), month: settings.month, ...(chosen && { category: chosen.slug }), ...railway, street: id,
  });
  link.className = "govuk-link";
  link.href = `${page}?${query}#street`;
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
