// The map of a site's page: its worker and its style sheet are files beside this one, its tiles come from the site.
import { addProtocol, setWorkerUrl } from "maplibre-gl";
import styleSheet from "maplibre-gl/dist/maplibre-gl.css";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs";
import { Protocol } from "pmtiles";
import { drawMap as draw } from "./draw.js";

setWorkerUrl(new URL(worker, import.meta.url).href);
addProtocol("pmtiles", new Protocol().tile);

export async function drawMap(container, settings) {
  await addStyleSheet(); // without it MapLibre's own texts lie over the map
  draw(container, settings, whole);
}

// Addresses in the style are paths of this site, and MapLibre takes only whole ones.
const whole = (url) => (url.startsWith("pmtiles:") ? url : new URL(url, document.baseURI).href);

function addStyleSheet() {
  const href = new URL(styleSheet, import.meta.url).href;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", reject);
    document.head.append(link);
  });
}
