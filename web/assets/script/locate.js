// "Use my location": only asked for when pressed, and rounded to about 100 metres before it leaves the browser.
const DECIMALS = 3; // of a degree; the server offers every neighbourhood within the rounding's reach
const PATIENCE = { timeout: 15_000, maximumAge: 60_000 };

export function offerLocation(button) {
  if (!("geolocation" in navigator)) return;
  const form = button.form;
  const status = form.querySelector("[data-locate-status]");
  form.querySelector("[data-locate-hint]").hidden = false;
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = button.dataset.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const rounded = { lat: coords.latitude.toFixed(DECIMALS), lng: coords.longitude.toFixed(DECIMALS) };
        location.assign(`${button.dataset.locate}?${new URLSearchParams(rounded)}`);
      },
      ({ code, PERMISSION_DENIED }) => {
        status.textContent = code === PERMISSION_DENIED ? button.dataset.denied : button.dataset.unknown;
      },
      PATIENCE,
    );
  });
}
