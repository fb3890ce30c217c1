// The map is three times the weight of the page, so it is fetched when it is about to be seen, or asked for.

const MARGIN = "200px"; // begins a little before the map scrolls into view

export function awaitMap(settings) {
  const container = document.getElementById(settings.dataset.map);
  let asked = false;
  const show = async () => {
    if (asked) return;
    asked = true;
    observer.disconnect();
    try {
      const { drawMap } = await import("./map/map.js");
      await drawMap(container, JSON.parse(settings.textContent));
    } catch {
      container.dataset.mapFailed = ""; // the network went away, or the browser is too old for the bundle
    }
  };
  const observer = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && show(),
    { rootMargin: MARGIN },
  );
  observer.observe(container);
  for (const link of document.querySelectorAll(`[data-map-show="${container.id}"]`)) {
    link.addEventListener("click", show);
  }
}
