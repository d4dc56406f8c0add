// The height of a value in its chart: `share` gives its place from 0 (bottom) to 1 (top).

const DECADES = 6, LEAST = -1; // powers of ten on the axis, from 0.1 up; smaller values lie on the bottom line

export function accuracyScale() {
  return evenScale(1, 0.2);
}

// A linear scale, or a logarithmic one once a loss is above `wild`, so that an explosion is visible.
export function lossScale(curves, wild) {
  let highest = 0, lowest = Infinity, beyond = false;
  for (const curve of curves) {
    beyond ||= curve.broke != null;
    for (const [, loss] of [...curve.train, ...curve.val]) {
      if (loss === null) beyond = true;
      else [highest, lowest] = [Math.max(highest, loss), Math.min(lowest, loss || Infinity)];
    }
  }
  if (beyond || highest > wild) return powerScale(Math.min(lowest, 1), Math.max(highest, 10 * wild));
  const every = nice((highest || 2.5) / 5);
  return evenScale(Math.ceil((highest || 2.5) / every - 1e-9) * every, every);
}

function evenScale(top, every) {
  const ticks = [];
  for (let value = 0; value <= top + 1e-9; value += every) ticks.push([value, short(value)]);
  return { powers: false, ticks, share: (value) => value / top };
}

function powerScale(lowest, highest) {
  const top = Math.ceil(Math.log10(highest) - 1e-9);
  const asked = Math.floor(Math.log10(lowest) + 1e-9);
  const bottom = Math.max(asked, Math.min(LEAST, top - DECADES));
  const every = Math.ceil((top - bottom) / 8);
  const ticks = [];
  for (let power = bottom; power <= top; power += every) {
    ticks.push([10 ** power, (power === bottom && asked < bottom ? "≤ " : "") + powerWords(power)]);
  }
  const share = (value) => Math.max(0, ((value > 0 ? Math.log10(value) : bottom) - bottom) / (top - bottom));
  return { powers: true, ticks, share };
}

const powerWords = (power) => (power < -3 || power > 4 ? `1e${power}` : (10 ** power).toLocaleString("en", { maximumFractionDigits: 3 }));
export const short = (value) => String(+value.toPrecision(6));
export const count = (value) => (value >= 1e7 ? value.toExponential(1) : value >= 100 ? Math.round(value).toLocaleString("en") : short(+value.toPrecision(3)));

export function nice(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 5, 10].find((each) => each * power >= raw * (1 - 1e-9));
}
