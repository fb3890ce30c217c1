// Draws one map from the settings that the page carries as JSON (see web/map.py, which writes them). What it needs is
// there when it is called: MapLibre's style sheet, its worker, and what answers the addresses of tiles.
import { AttributionControl, Map as MapLibre, NavigationControl, ScaleControl } from "maplibre-gl";
import { addControls } from "./control.js";
import { addHatches } from "./hatch.js";
import { addPopups } from "./popup.js";

const FARTHEST_ZOOM = 4;
const NEAREST_ZOOM = 18;
const POINTS_ZOOM = 12; // from here on snap points are drawn, which the first view must show

// `whole` gives the whole address of a tile from the one that stands in the style.
export function drawMap(container, settings, whole) {
  const canvas = document.createElement("div");
  canvas.className = "ya-map__canvas";
  let map;
  container.append(canvas);
  try {
    map = createMap(canvas, settings, whole);
  } catch {
    canvas.remove(); // no WebGL 2: the message in the container stays, and the tables say the same
    container.dataset.mapFailed = "";
    return;
  }
  container.dataset.mapDrawn = "";
  addPatience(map, container);
  const closePopup = addPopups(map, settings);
  addControls(map, settings, () => {
    closePopup();
    markReady(map, settings);
  });
  markReady(map, settings);
}

function createMap(canvas, settings, whole) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new MapLibre({
    container: canvas,
    style: settings.style,
    bounds: settings.bounds,
    fitBoundsOptions: { padding: 16 },
    minZoom: settings.farthest ?? FARTHEST_ZOOM,
    maxZoom: NEAREST_ZOOM,
    maxBounds: settings.farthest_bounds,
    attributionControl: false,
    cooperativeGestures: true, // scrolling past the map scrolls the page
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: still ? 0 : 200,
    locale: settings.words.controls,
    transformRequest: (url) => ({ url: whole(url) }),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  if (map.getZoom() < POINTS_ZOOM && settings.near) map.setZoom(POINTS_ZOOM);
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "imperial", maxWidth: 120 }), "top-left");
  map.addControl(new AttributionControl({ compact: true, customAttribution: settings.words.attribution }));
  addHatches(map);
  return map;
}

// A tile that does not come must not look like ground where nothing happened.
function addPatience(map, container) {
  map.on("error", () => { container.dataset.mapIncomplete = ""; });
}

// Says on <html> what is drawn once it is, for tests and screenshots.
function markReady(map, settings) {
  const root = document.documentElement;
  delete root.dataset.mapReady;
  map.once("idle", () => { root.dataset.mapReady = `${settings.month}/${settings.count}`; });
}
