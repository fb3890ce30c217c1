// The month and category forms work without this file, by loading the page again. With it they change the map at once:
// the month swaps the tiles' address, the category is a name that the style's expressions read, so nothing is fetched.

export function addControls(map, settings, redraw) {
  const form = document.getElementById(settings.form);
  if (!form) return;
  const { month, category } = form.elements;
  const drawn = new Promise((resolve) => map.once("load", resolve)); // before that the style has no sources to change
  const page = { month: settings.page_month, what: words(category) };
  if (settings.year) month.add(new Option(settings.months[settings.year].name, settings.year), 0);
  month.value = settings.month;
  form.querySelector("button").hidden = true; // until the map shows what the page does not
  month.addEventListener("change", () => {
    settings.month = month.value;
    drawn.then(() => {
      map.setGlobalStateProperty("few", settings.month === settings.year ? settings.few.year : settings.few.month);
      map.getSource("crime").setTiles([settings.months[settings.month].tiles]);
    });
    tell(form, settings, page);
    drawn.then(redraw);
  });
  category.addEventListener("change", () => {
    const chosen = settings.categories.find(({ slug }) => slug === category.value);
    settings.count = chosen ? `c${chosen.code}` : "n";
    drawn.then(() => map.setGlobalStateProperty("count", settings.count));
    tell(form, settings, page);
    drawn.then(redraw);
  });
}

const words = (select) => select.selectedOptions[0].textContent.trim();

// What the map shows and lacks; and that the tables keep the page's own month and category, where it shows others.
function tell(form, settings, page) {
  const { category } = form.elements;
  const month = settings.months[settings.month];
  const differs = settings.month !== page.month || category.value !== settings.page_category;
  const fill = (sentence, what, name) => sentence.replace("{what}", what).replace("{month}", name);
  const said = [fill(settings.words.same, words(category), month.name), month.supply];
  if (differs) said.push(fill(settings.words.differs, page.what, settings.months[page.month].name));
  document.getElementById(settings.status).textContent = said.filter(Boolean).join(" ");
  form.querySelector("button").hidden = !differs || settings.month === settings.year;
}
