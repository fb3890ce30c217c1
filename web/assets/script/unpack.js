// The only script that a stand-alone file runs by itself: it unpacks the map's, which stands in the file compressed, and
// lets it run. Where that cannot be done the words in the map's place say so.
document.body.classList.add("js-enabled");

async function unpack() {
  const packed = Uint8Array.from(atob(document.getElementById("embedded-script").textContent), (one) => one.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const content = await new Response(stream).arrayBuffer();
  const script = document.createElement("script");
  script.src = URL.createObjectURL(new Blob([content], { type: "text/javascript" }));
  script.addEventListener("error", fail);
  document.head.append(script);
}

function fail() {
  for (const { dataset } of document.querySelectorAll("script[data-map]")) {
    document.getElementById(dataset.map).dataset.mapFailed = "";
  }
}

unpack().catch(fail); // the browser is too old
