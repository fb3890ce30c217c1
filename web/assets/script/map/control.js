// The month and category forms work without this file, by loading the page again. With it they change the map at once:
// the month swaps the tiles' address, the category is a name that the style's expressions read, so nothing is fetched.

export function addControls(map, settings, redraw) {
  const form = document.getElementById(settings.form);
  if (!form) return;
  const { month, category } = form.elements;
  const drawn = new Promise((resolve) => map.once("load", resolve)); // before that the style has no sources to change
  if (settings.year) month.add(new Option(settings.months[settings.year].name, settings.year), 0);
  month.value = settings.month;
  form.querySelector("button").hidden = true; // until the map shows what the page does not
  month.addEventListener("change", () => {
    settings.month = month.value;
    drawn.then(() => {
      map.setGlobalStateProperty("few", settings.month === settings.year ? settings.few.year : settings.few.month);
      map.getSource("crime").setTiles([settings.months[settings.month].tiles]);
    });
    tell(form, settings, category);
    drawn.then(redraw);
  });
  category.addEventListener("change", () => {
    const chosen = settings.categories.find(({ slug }) => slug === category.value);
    settings.count = chosen ? `c${chosen.code}` : "n";
    drawn.then(() => map.setGlobalStateProperty("count", settings.count));
    tell(form, settings, category);
    drawn.then(redraw);
  });
}

// The tables keep the page's month, so when the map shows another one, say so.
function tell(form, settings, category) {
  const shown = settings.months[settings.month].name;
  const what = category.selectedOptions[0].textContent.trim();
  const status = document.getElementById(settings.status);
  const differs = settings.month !== settings.page_month;
  const words = differs ? settings.words.differs : settings.words.same;
  const page = settings.months[settings.page_month].name;
  status.textContent = words.replace("{what}", what).replace("{month}", shown).replace("{page}", page);
  form.querySelector("button").hidden = !differs || settings.month === settings.year;
}
