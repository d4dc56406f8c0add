// A kernel slides over a digit and leaves its output behind. Every value comes from the server.
import { scale } from "../../shared/colours.js";

const PASS_MS = 6000;
const views = new WeakMap();

export default function ({ parentElement: root, data }) {
  let view = views.get(root);
  if (!view) views.set(root, (view = mount(root)));
  view.show(data);
  return () => {
    view.stop();
    views.delete(root);
  };
}

function mount(root) {
  const input = root.querySelector(".in");
  const output = root.querySelector(".out");
  let data = null;
  let frame = 0;
  let shown = 0;
  let tables = [];
  let begin = 0;

  const context = (canvas) => {
    const size = Math.round(canvas.clientWidth * devicePixelRatio) || 1;
    if (canvas.width !== size) canvas.width = canvas.height = size;
    return canvas.getContext("2d");
  };

  // The theme, from the lightness of the page behind the picture.
  const isDark = () => {
    const probe = document.createElement("i");
    probe.style.color = "var(--st-background-color)";
    root.querySelector(".hero").append(probe);
    const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
    probe.remove();
    return r + g + b < 384;
  };

  const readScales = () => {
    tables = data.scales[Number(isDark())].map((stops) => {
      const colour = scale(stops);
      return Array.from({ length: 256 }, (_, value) => `rgb(${colour(value / 255)})`);
    });
  };

  const paint = (canvas, values, count, colours) => {
    const n = Math.sqrt(values.length);
    const g = context(canvas);
    const cell = canvas.width / n;
    g.clearRect(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < count; i++) {
      g.fillStyle = colours[values[i]];
      g.fillRect((i % n) * cell, Math.floor(i / n) * cell, cell + 1, cell + 1);
    }
    return [g, cell];
  };

  const outline = (g, x, y, size) => {
    g.lineWidth = Math.max(2, 3 * devicePixelRatio);
    g.strokeStyle = data.accent;
    g.strokeRect(x, y, size, size);
  };

  const draw = (position) => {
    shown = position;
    const total = data.output.length;
    const m = Math.sqrt(total);
    const at = Math.min(position, total - 1);
    const [row, column] = [Math.floor(at / m), at % m];
    const [g, cell] = paint(input, data.input, data.input.length, tables[0]);
    const [h, square] = paint(output, data.output, Math.min(position + 1, total), tables[1]);
    if (position >= total) return;
    outline(g, column * cell, row * cell, data.kernel_size * cell);
    outline(h, column * square, row * square, square);
  };

  const tick = (now) => {
    const share = (now - begin) / PASS_MS;
    draw(Math.floor(share * data.output.length));
    frame = share < 1 ? requestAnimationFrame(tick) : 0;
  };

  const play = () => {
    cancelAnimationFrame(frame);
    begin = performance.now();
    frame = requestAnimationFrame(tick);
  };

  root.querySelector(".again").addEventListener("click", play);
  const themes = new MutationObserver(() => {
    if (!data) return;
    readScales();
    draw(shown);
  });
  themes.observe(document.querySelector('[data-testid="stApp"]') ?? document.body, { attributeFilter: ["class", "style"] });

  return {
    show(next) {
      if (data) return;
      data = next;
      readScales();
      root.querySelector(".caption").textContent = data.caption;
      input.setAttribute("aria-label", data.input_label);
      output.setAttribute("aria-label", data.output_label);
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) draw(data.output.length);
      else play();
    },
    stop() {
      cancelAnimationFrame(frame);
      themes.disconnect();
    },
  };
}
