// The map of a file of its own (web/map_file.py): whatever it would fetch from a site stands in the file, by its address
// there. Nothing is requested, so it draws from disk, without a network.
import { addProtocol, setWorkerUrl } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs";
import { drawMap } from "./draw.js";

const SCHEME = "embedded:/"; // before an address, which begins with a slash
const GZIP = [0x1f, 0x8b];

const files = JSON.parse(document.getElementById("embedded-files").textContent);

setWorkerUrl(URL.createObjectURL(new Blob([worker], { type: "text/javascript" })));
addProtocol("embedded", async ({ url }) => ({ data: await content(url.slice(SCHEME.length)) }));

for (const element of document.querySelectorAll("script[data-map]")) {
  const settings = JSON.parse(element.textContent);
  addFonts(settings.style);
  drawMap(document.getElementById(element.dataset.map), settings, (url) => SCHEME + url);
}

// A tile that is not here is ground without anything on it: beyond the file's own ground the map says so.
async function content(address) {
  const packed = address in files ? bytes(files[address]) : new Uint8Array();
  if (!GZIP.every((byte, at) => packed[at] === byte)) return packed.buffer;
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

// The fonts of the labels are the page's too.
function addFonts(style) {
  for (const [name, faces] of Object.entries(style["font-faces"])) {
    for (const face of faces) {
      const told = { weight: name.endsWith("Bold") ? "700" : "400", unicodeRange: face["unicode-range"].join() };
      document.fonts.add(new FontFace("Noto Sans", bytes(files[face.url]), told));
    }
  }
}
