// Draws one map from the settings that the page carries as JSON (see web/map.py, which writes them).
import {
  addProtocol, AttributionControl, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl,
} from "maplibre-gl";
import styleSheet from "maplibre-gl/dist/maplibre-gl.css";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs";
import { Protocol } from "pmtiles";
import { addControls } from "./control.js";
import { addHatches } from "./hatch.js";
import { addPopups } from "./popup.js";

const NEAREST_ZOOM = 18;
const POINTS_ZOOM = 12; // from here on snap points are drawn, which the first view must show

setWorkerUrl(new URL(worker, import.meta.url).href);
addProtocol("pmtiles", new Protocol().tile);

export async function drawMap(container, settings) {
  const canvas = document.createElement("div");
  canvas.className = "ya-map__canvas";
  let map;
  await addStyleSheet(); // without it MapLibre's own texts lie over the map
  container.append(canvas);
  try {
    map = createMap(canvas, settings);
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

function createMap(canvas, settings) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new MapLibre({
    container: canvas,
    style: settings.style,
    bounds: settings.bounds,
    ...(settings.limits && { maxBounds: settings.limits }), // a static edition has the tiles of no more ground
    fitBoundsOptions: { padding: 16 },
    minZoom: 4,
    maxZoom: NEAREST_ZOOM,
    attributionControl: false,
    cooperativeGestures: true, // scrolling past the map scrolls the page
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: still ? 0 : 200,
    locale: settings.words.controls,
    // Addresses in the style are paths of this site, and MapLibre takes only whole ones.
    transformRequest: (url) => ({ url: url.startsWith("pmtiles:") ? url : new URL(url, document.baseURI).href }),
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

function addStyleSheet() {
  const href = new URL(styleSheet, import.meta.url).href;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", reject);
    document.head.append(link);
  });
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
