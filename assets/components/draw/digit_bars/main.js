// Small multiples of ten bars. The nodes stay; a new reading changes widths and texts only.
// When the readings have rested, the window gets an event: formulas and code follow then.
const VIEWS = new WeakMap();
const REST_MS = 1000;
let resting = 0;

export default function ({ parentElement: root, data }) {
  let cards = VIEWS.get(root);
  const grid = root.querySelector(".networks"), spoken = root.querySelector(".spoken");
  if (!cards) {
    VIEWS.set(root, (cards = []));
    // The server has not answered the pad's last message: these answers are old.
    addEventListener("dl101-overdue", ({ detail }) => grid.classList.toggle("old", detail));
  }
  grid.style.setProperty("--bar", "var(--st-primary-color)");
  while (cards.length > data.cards.length) cards.pop().card.remove();
  while (cards.length < data.cards.length) {
    const made = make();
    cards.push(made);
    grid.append(made.card);
  }
  data.cards.forEach((reading, i) => show(cards[i], reading));
  const said = data.cards.filter((c) => c.digit !== null).map((c) => `${c.title}: ${c.digit}, ${c.sure}`);
  const note = root.querySelector(".note");
  note.classList.toggle("unsure", Boolean(data.unsure));
  note.textContent = data.unsure || data.meaning;
  const text = said.length ? [...said, data.unsure].filter(Boolean).join(". ") : data.message;
  if (spoken.textContent !== text) spoken.textContent = text;
  grid.dataset.seq = data.seq;
  clearTimeout(resting);
  const rest = new CustomEvent("dl101-rest", { detail: data.stamp });
  resting = setTimeout(() => dispatchEvent(rest), REST_MS);
}

function element(name, className, parent) {
  const node = document.createElement(name);
  node.className = className;
  parent?.append(node);
  return node;
}

function make() {
  const card = element("section", "card");
  const title = element("div", "title", card);
  const verdict = element("div", "verdict", card);
  const digit = element("span", "digit", verdict), sure = element("span", "sure", verdict);
  const rows = Array.from({ length: 10 }, (_, k) => {
    const row = element("div", "row", card);
    element("span", "name", row).textContent = k;
    const track = element("span", "track", row);
    return { row, bar: element("span", "bar", track), text: element("span", "text", track) };
  });
  return { card, title, digit, sure, rows };
}

function show(view, reading) {
  view.title.textContent = reading.title;
  view.digit.textContent = reading.digit ?? "–";
  view.sure.textContent = reading.sure;
  view.rows.forEach(({ row, bar, text }, k) => {
    row.classList.toggle("won", k === reading.digit);
    bar.style.width = `${reading.widths[k]}%`;
    text.textContent = reading.texts[k];
    text.classList.toggle("over", reading.widths[k] > 50);
  });
}
