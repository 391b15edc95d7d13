// Comforts on top of pages that work without them: completion, position on a click, wishes, photos. No library.

const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/* Completion: the combobox with a list of WAI-ARIA 1.2. Focus stays in the field; the list follows by activedescendant.
   A suggestion with an address is gone to; one without fills the field. */
class Completion {
  constructor(input) {
    this.input = input;
    this.source = input.dataset.address;
    this.known = new Map();
    this.options = [];
    this.at = -1;
    this.list = make("div", { role: "listbox", id: `${input.id}-suggestions`, class: "suggestions",
                              "aria-label": input.dataset.suggestLabel, hidden: "" });
    this.status = make("p", { class: "unseen", role: "status" });
    input.form.append(this.list, this.status);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", autocomplete: "off",
      "aria-expanded": "false", "aria-controls": this.list.id, "aria-haspopup": "listbox" })) input.setAttribute(name, value);
    input.removeAttribute("list");
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) this.take(this.options.indexOf(option));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 140);
  }

  async ask() {
    const typed = this.input.value.trim();
    this.asking?.abort();
    if (typed.length < 2) return this.close();
    if (!this.known.has(typed)) {
      this.asking = new AbortController();
      try {
        const answer = await fetch(`${this.source}?q=${encodeURIComponent(typed)}`, { signal: this.asking.signal });
        if (!answer.ok) return this.close(); // too fast, or a fault of ours: the plain field remains
        this.known.set(typed, (await answer.json()).groups);
      } catch {
        return; // aborted by the next letter, or off line
      }
    }
    if (document.activeElement === this.input && this.input.value.trim() === typed) this.show(this.known.get(typed));
  }

  show(groups) {
    this.options = [];
    this.at = -1;
    this.list.replaceChildren(...groups.map((group, number) => {
      const id = `${this.list.id}-${number}`;
      const box = make("div", { role: "group", "aria-labelledby": id }, make("p", { id, role: "presentation" }, group.title));
      for (const item of group.items) {
        const option = make("div", { role: "option", id: `${this.list.id}-option-${this.options.length}`, "aria-selected": "false" }, item.label);
        if (item.detail) option.append(make("small", {}, item.detail));
        Object.assign(option, { url: item.url, text: item.label });
        this.options.push(option);
        box.append(option);
      }
      return box;
    }));
    const found = this.options.length;
    this.list.hidden = !found;
    this.input.setAttribute("aria-expanded", String(found > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = this.input.dataset[found === 1 ? "suggestOne" : "suggestCount"].replace("{n}", found);
  }

  close() {
    clearTimeout(this.timer);
    if (this.list.hidden) return;
    this.show([]);
    this.status.textContent = "";
  }

  key(event) {
    const count = this.options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) return this.ask();
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.move(((this.at + 1 + step + count + 1) % (count + 1)) - 1); // -1, the field itself, is one of the stops
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.take(this.at);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  move(to) {
    this.options[this.at]?.setAttribute("aria-selected", "false");
    this.at = to;
    const option = this.options[to];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  take(number) {
    const { url, text } = this.options[number];
    if (url) return location.assign(url);
    this.input.value = text;
    this.close();
  }
}

/* "Autour de moi": the position is asked for on the click, rounded to about a kilometre, and only ever in the address. */
function offerPosition(button) {
  if (!("geolocation" in navigator)) return;
  const form = button.form;
  const status = $("[data-here-status]", form);
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    status.textContent = button.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lieu.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
        form.requestSubmit();
      },
      () => {
        button.disabled = false;
        status.textContent = button.dataset.refused;
      },
      { maximumAge: 600000, timeout: 15000 },
    );
  });
}

/* Wishes: kept in this browser alone, as [{id, price}]; nobody else ever sees the list. */
const KEY = "envies";
const LONGEST = 100;

function wishes() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((wish) => /^[1-9]\d{0,17}$/.test(wish?.id)) : [];
  } catch {
    return [];
  }
}

function keep(list) {
  try {
    localStorage.setItem(KEY, JSON.stringify(list.slice(-LONGEST)));
  } catch {
    /* no room, or forbidden: the button shows what was kept */
  }
  showWishes();
}

function showWishes() {
  const ids = new Set(wishes().map((wish) => wish.id));
  for (const link of all("[data-wishes]")) {
    link.hidden = false;
    $("[data-wish-count]", link).textContent = ids.size || "";
  }
  for (const button of all("[data-wish]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(ids.has(button.dataset.wish)));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-wish], [data-forget]");
  if (!button) return;
  const id = button.dataset.wish ?? button.dataset.forget;
  const others = wishes().filter((wish) => wish.id !== id);
  const known = others.length < wishes().length;
  if (button.dataset.forget || known) keep(others);
  else keep([...others, { id, price: Number(button.dataset.price) || null }]);
  if (button.dataset.forget) forgotten();
});
addEventListener("storage", (event) => event.key === KEY && showWishes());
addEventListener("pageshow", showWishes); // also when the page comes back from the browser's own memory

async function fillWishes() {
  const place = $("[data-wish-list]");
  if (!place) return;
  const list = wishes();
  place.setAttribute("aria-busy", "true");
  try {
    const query = new URLSearchParams(list.map((wish) => ["offre", wish.id]));
    const answer = await fetch(`${place.dataset.address}?${query}`);
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...$("[data-wish-list]", page).childNodes);
    for (const wish of list) compare(wish, $(`[data-wished="${wish.id}"]`, place));
    for (const element of all("[data-own], [data-print]", place)) element.hidden = false;
    const status = $("[data-wish-status]");
    status.textContent = status.dataset[list.length < 2 ? "one" : "many"].replace("{n}", list.length);
  } catch {
    place.textContent = place.dataset.failed;
  }
  place.removeAttribute("aria-busy");
}

async function forgotten() {
  await fillWishes();
  ($("[data-forget]") ?? $("main")).focus(); // the button that was pressed is gone
}

function compare(wish, row) {
  const note = row && $("[data-then]", row);
  const now = Number(row?.dataset.price);
  if (!note || !wish.price || !now || wish.price === now) return;
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: row.dataset.currency });
  const digits = money.resolvedOptions().maximumFractionDigits;
  note.textContent = note.dataset[now < wish.price ? "less" : "more"].replace("{price}", money.format(wish.price / 10 ** digits));
}

/* Small comforts. */
for (const input of all("[data-suggest]")) new Completion(input);
for (const button of all("[data-here]")) offerPosition(button);
for (const button of all("[data-print]")) button.hidden = false;
document.addEventListener("click", (event) => event.target.closest?.("[data-print]") && print());
for (const link of all(".thumbs a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault(); // the photo comes, the page stays
    $(link.hash).scrollIntoView({ block: "nearest", inline: "start" });
  });
}
document.addEventListener("submit", ({ target: form }) => {
  if (form.method !== "get") return;
  const empty = [...form.elements].filter((field) => field.name && !field.value); // short addresses
  for (const field of empty) field.disabled = true;
  setTimeout(() => { for (const field of empty) field.disabled = false; });
});
document.addEventListener("click", (event) => { // a phone's filters stay open while they are being chosen
  const link = event.target.closest?.(".filters .facet a");
  if (link && matchMedia("(max-width: 59.99rem)").matches) link.hash = "filtres";
});
document.addEventListener("click", (event) => { // panels close by a click beside them
  for (const panel of all("details.drop[open]")) if (!event.composedPath().includes(panel)) panel.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const panel = document.activeElement?.closest("details.drop[open]");
  if (panel) { panel.open = false; $("summary", panel).focus(); }
});
showWishes();
if (!location.search) fillWishes();
