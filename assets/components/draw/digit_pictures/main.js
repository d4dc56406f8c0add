// Pixel pictures with captions. The nodes stay; a new drawing changes sources and texts only.
const VIEWS = new WeakMap();
const TEXTS = ["title", "size", "sentence"];

export default function ({ parentElement: root, data }) {
  const grid = root.querySelector(".panels"), message = root.querySelector(".message");
  let figures = VIEWS.get(root);
  if (!figures) VIEWS.set(root, (figures = []));
  // After the frame that paints the bars, because the answer comes first.
  clearTimeout(figures.timer);
  figures.timer = setTimeout(() => draw(grid, message, figures, data), figures.length ? 25 : 0);
}

// Without panels a sentence takes their place at the same height, so that nothing below moves.
function draw(grid, message, figures, data) {
  const empty = !data.panels.length;
  grid.style.minHeight = empty ? `${Math.max(grid.offsetHeight, 96)}px` : "";
  message.hidden = !empty;
  if (message.textContent !== data.message) message.textContent = data.message;
  grid.classList.toggle("maps", data.wide);
  while (figures.length > data.panels.length) figures.pop().figure.remove();
  while (figures.length < data.panels.length) {
    const made = make();
    figures.push(made);
    grid.append(made.figure);
  }
  data.panels.forEach((panel, i) => show(figures[i], panel));
}

function make() {
  const figure = document.createElement("figure");
  const sheet = document.createElement("div"), picture = document.createElement("img");
  const caption = document.createElement("figcaption");
  sheet.className = "sheet";
  sheet.append(picture);
  const texts = TEXTS.map((name) => {
    const node = document.createElement("div");
    node.className = name;
    caption.append(node);
    return node;
  });
  figure.append(sheet, caption);
  return { figure, picture, texts };
}

function show({ picture, texts }, panel) {
  TEXTS.forEach((name, i) => (texts[i].textContent = panel[name]));
  picture.alt = `${panel.title}, ${panel.size}`;
  const source = `data:image/png;base64,${panel.png}`;
  if (picture.src !== source) picture.src = source;
  picture.classList.toggle("tall", panel.height > panel.width);
}
