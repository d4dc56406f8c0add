// Small multiples of ten bars. The nodes stay; a new reading changes widths and texts only.
// When the readings have rested, the window gets an event: formulas and code follow then. An answer
// that came straight to the pad is painted before the page's script has run.
const VIEWS = new WeakMap();
const REST_MS = 1000;
let resting = 0;

export default function ({ parentElement: root, data }) {
  let cards = VIEWS.get(root);
  const grid = root.querySelector(".networks");
  if (!cards) {
    VIEWS.set(root, (cards = []));
    // The server has not answered the pad's last message: these answers are old.
    addEventListener("dl101-overdue", ({ detail }) => grid.classList.toggle("old", detail));
    addEventListener("dl101-read", ({ detail }) => {
      const titles = cards.map((card) => card.title.textContent);
      if (detail.cards.length !== titles.length || detail.seq <= Number(grid.dataset.seq)) return;
      clearTimeout(resting);
      paint(root, cards, { ...detail, cards: detail.cards.map((card, i) => ({ ...card, title: titles[i] })) });
    });
  }
  grid.style.setProperty("--bar", "var(--st-primary-color)");
  while (cards.length > data.cards.length) cards.pop().card.remove();
  while (cards.length < data.cards.length) {
    const made = make();
    cards.push(made);
    grid.append(made.card);
  }
  // The script's answer to an earlier stroke is older than what is on show.
  if (!data.seq || data.seq >= Number(grid.dataset.seq ?? 0)) paint(root, cards, data);
  clearTimeout(resting);
  const rest = new CustomEvent("dl101-rest", { detail: data.stamp });
  resting = setTimeout(() => dispatchEvent(rest), REST_MS);
}

function paint(root, cards, data) {
  const grid = root.querySelector(".networks"), spoken = root.querySelector(".spoken");
  data.cards.forEach((reading, i) => show(cards[i], reading));
  const said = data.cards.filter((c) => c.digit !== null).map((c) => `${c.title}: ${c.digit}, ${c.sure}`);
  const note = root.querySelector(".note");
  note.classList.toggle("unsure", Boolean(data.unsure));
  note.textContent = data.unsure || data.meaning;
  const text = said.length ? [...said, data.unsure].filter(Boolean).join(". ") : data.message;
  if (spoken.textContent !== text) spoken.textContent = text;
  grid.dataset.seq = data.seq;
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
