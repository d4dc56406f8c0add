// A drawing pad. It sends {strokes: [[[x, y], ...], ...], seq} in pad units, 0..280, y down:
// while drawing, with one message in flight (data.ack is the last seq that the server has read), and
// at the end of each stroke. The strokes belong to the browser: a rerun never moves them.
// Messages go to the server's own route, whose answer is painted at once; the page's script gets the
// end of each stroke after that, and every message while the route does not answer.
import { ask, isAnswer } from "./read.js";

const SIZE = 280;            // pad units
const STEP = 1.5;            // units between two kept points
const MAX_POINTS = 6000;
const MAX_STROKES = 200;
const FULL = "The pad is full. Undo or Clear makes room.";
const PEN = 14;              // width of the line, units
const LIVE_FROM = 40;        // units of line before a first live message: a dot is no digit
const LOST = 1500;           // ms after which an unanswered message no longer blocks the next
const OVERDUE = 1000;        // ms without an answer after which the answers on show are old
const DEAF = 30000;          // ms without the route after it has not answered
const KEY_STEP = 14, SMALL_KEY_STEP = 4;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PADS = new WeakMap();  // by root: the default export runs again at each change of data

export default function ({ parentElement: root, data, setStateValue }) {
  let pad = PADS.get(root);
  if (!pad) PADS.set(root, (pad = mount(root)));
  pad.update(data ?? {}, setStateValue);
  return () => { pad.destroy(); PADS.delete(root); };
}

function mount(root) {
  const find = (selector) => root.querySelector(selector);
  const frame = find(".pad"), canvas = find("canvas"), hint = find(".hint"), status = find(".status");
  const late = document.createElement("p");
  late.className = "late";
  late.setAttribute("role", "status");
  find(".sheet").append(late);
  const full = find(".full");
  const brush = canvas.getContext("2d");
  const stop = new AbortController();
  const on = (target, names, act) => {
    for (const name of names.split(" ")) target.addEventListener(name, act, { signal: stop.signal });
  };

  let strokes = [], stroke = null, pointer = null, undone = null;
  /** @type {(name: string, value: unknown) => void} */
  let send = () => {};
  let config = {}, token;
  let seq = 0, acked = 0, sentAt = 0, beganAt = 0, waiting = false, timer = 0, frameAsked = 0;
  let told = 0;                // last message to the page's script
  let answered = 0, deaf = -Infinity; // the route: last message that it answered; when it did not
  let owed = 0, overdue = false; // timer of an unanswered message; whether it has expired
  let pen = [SIZE / 2, SIZE / 2], byKeyboard = false;
  let fresh = true;            // nothing drawn or cleared since the last token
  const held = new Set();

  // ---- painting
  function fit() {
    const side = Math.max(1, Math.round(canvas.clientWidth * (window.devicePixelRatio || 1)));
    if (canvas.width !== side) canvas.width = canvas.height = side;
    paint();
  }
  const paintSoon = () => { frameAsked ||= requestAnimationFrame(() => { frameAsked = 0; paint(); }); };

  function paint() {
    const scale = canvas.width / SIZE;
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    brush.fillStyle = config.paper ?? "#fff";
    brush.fillRect(0, 0, SIZE, SIZE);
    const empty = !strokes.length;
    const example = empty && fresh && config.ghost;
    if (example) for (const s of config.start ?? []) line(s, config.faint ?? "#c6dbef");
    for (const s of strokes) line(s, config.ink ?? "#08306b");
    hint.hidden = !empty;
    hint.textContent = (example ? config.example_hint : config.hint) ?? "";
    full.hidden = !isFull();
    full.textContent = FULL;
    if (byKeyboard) cursor();
  }
  function line(points, colour) {
    brush.strokeStyle = brush.fillStyle = colour;
    brush.lineWidth = PEN;
    brush.lineCap = brush.lineJoin = "round";
    brush.beginPath();
    points.forEach(([x, y], i) => (i ? brush.lineTo(x, y) : brush.moveTo(x, y)));
    if (points.length === 1) brush.lineTo(points[0][0] + 0.01, points[0][1]);
    brush.stroke();
  }
  function cursor() {
    brush.lineWidth = 2;
    brush.strokeStyle = brush.fillStyle = config.accent ?? "#d55e00";
    brush.beginPath();
    brush.arc(pen[0], pen[1], PEN / 2 + 2, 0, 7);
    stroke ? brush.fill() : brush.stroke();
  }

  // ---- messages to the server
  const read = () => Math.max(acked, answered);
  const inFlight = () => read() < seq && performance.now() - sentAt < LOST;
  function push(shown = strokes) {
    clearTimeout(timer);
    timer = 0;
    waiting = false;
    seq += 1;
    sentAt = performance.now();
    owed ||= setTimeout(() => tellOverdue(true), OVERDUE);
    remember();
    const message = { strokes: copy(shown), seq, token };
    if (config.networks?.length && performance.now() - deaf > DEAF) readNow(message, Boolean(stroke));
    else tell(message);
  }
  function tell(message) {
    if (message.seq <= told || message.token !== token) return; // a later one was faster
    told = message.seq;
    send("drawing", message);
  }
  async function readNow(message, live) {
    const answer = await ask({ ...message, networks: config.networks }, stop.signal);
    if (stop.signal.aborted) return;
    if (!isAnswer(answer, message.seq)) deaf = performance.now();
    else if (message.token === token && message.seq > answered) {
      answered = message.seq;
      settle(true);
      dispatchEvent(new CustomEvent("dl101-read", { detail: answer }));
      if (live) return;
    }
    if (message.seq === seq || !live) tell(message);
  }
  // Old answers must not look like answers to the present drawing: digit_bars dims its bars.
  function tellOverdue(now) {
    if (now !== overdue) dispatchEvent(new CustomEvent("dl101-overdue", { detail: now }));
    overdue = now;
    late.textContent = now ? "Waiting for the server." : "";
  }
  function settle(progress) {
    if (read() < seq && !progress) return;
    clearTimeout(owed);
    owed = read() < seq ? setTimeout(() => tellOverdue(true), OVERDUE) : 0;
    if (read() >= seq) tellOverdue(false);
  }
  function pushLive() {
    timer = 0;
    if (!waiting || !stroke) return;
    if (inFlight()) timer = setTimeout(pushLive, 100);
    else push();
  }
  function changed() {
    paintSoon();
    if (!config.live_ms) return;
    if (strokes.length === 1 && lengthOf(stroke) < LIVE_FROM) return;
    waiting = true;
    // A quick stroke ends before its first live message, so that nothing delays its answer.
    const since = performance.now() - Math.max(sentAt, beganAt);
    timer ||= setTimeout(pushLive, Math.max(0, config.live_ms - since));
  }

  // The tab keeps the drawing, which survives a refresh or a visit to another page.
  function remember() {
    const kept = JSON.stringify({ token, strokes, seq });
    try { sessionStorage.setItem(config.name, kept); } catch { /* not allowed here: nothing is saved */ }
  }
  function recall() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(config.name));
      return kept?.token === token && Array.isArray(kept.strokes) ? kept.strokes : null;
    } catch { return null; }
  }

  // ---- strokes
  const round = (value) => Math.round(Math.min(SIZE, Math.max(0, value)) * 10) / 10;
  const room = () => strokes.reduce((sum, s) => sum + s.length, 0) < MAX_POINTS;
  const isFull = () => !room() || (!stroke && strokes.length >= MAX_STROKES);
  const copy = (some) => some.map((s) => s.map((point) => [...point]));
  const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const lengthOf = (points) => points.reduce((sum, p, i) => sum + (i ? distance(p, points[i - 1]) : 0), 0);

  function begin(point) {
    if (isFull()) return say(FULL);
    undone = null;
    fresh = false;
    stroke = [point.map(round)];
    beganAt = performance.now();
    strokes.push(stroke);
    paintSoon();
  }
  function extend(point, always) {
    const next = point.map(round), last = stroke[stroke.length - 1];
    const far = distance(next, last);
    if (!far || (!always && far < STEP) || !room()) return;
    stroke.push(next);
    if (!room()) say(FULL);
    changed();
  }
  function end() {
    stroke = null;
    paint();
    push();
  }
  function lift() { if (stroke) end(); pointer = null; }
  function undo() {
    lift();
    if (undone) strokes = undone; else strokes.pop();
    undone = null;
    after(strokes.length ? "Last stroke taken back." : "The pad is empty.");
  }
  function clear() {
    lift();
    if (strokes.length) undone = strokes;
    strokes = [];
    fresh = false;
    after("The pad is empty.");
  }
  function after(text) { say(text); paint(); push(); }
  function say(text) { status.textContent = text; }

  // ---- mouse, touch, pen
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIZE, ((event.clientY - box.top) / box.height) * SIZE];
  };
  on(canvas, "pointerdown", (event) => {
    if (event.button || pointer !== null) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    if (stroke) end();
    byKeyboard = false;
    frame.classList.remove("by-keyboard");
    pointer = event.pointerId;
    try { canvas.setPointerCapture(pointer); } catch { /* already lifted */ }
    begin(place(event));
  });
  on(canvas, "pointermove", (event) => {
    if (event.pointerId !== pointer || !stroke) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) extend(place(each));
  });
  on(canvas, "pointerup pointercancel lostpointercapture", (event) => {
    if (event.pointerId !== pointer) return;
    if (stroke && event.type === "pointerup") extend(place(event), true);
    lift();
  });
  on(canvas, "touchstart touchmove contextmenu", (event) => event.preventDefault());

  // ---- keyboard
  on(canvas, "keydown", (event) => {
    const key = event.key;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (key === "Delete" || key === "Backspace" || key === "Escape") clear();
    else if (key === " ") { showPen(); if (!event.repeat) togglePen(); }
    else if (MOVES[key]) { showPen(); held.add(key); movePen(event.shiftKey ? SMALL_KEY_STEP : KEY_STEP); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  on(canvas, "keyup", (event) => held.delete(event.key));
  on(canvas, "blur", () => { held.clear(); if (pointer === null) lift(); byKeyboard = false; frame.classList.remove("by-keyboard"); paint(); });
  on(canvas, "focus", () => { if (canvas.matches(":focus-visible")) showPen(); });
  function showPen() { byKeyboard = true; frame.classList.add("by-keyboard"); paintSoon(); }
  function togglePen() {
    if (stroke) { end(); say("Pen up."); } else { begin(pen); if (stroke) say("Pen down."); }
  }
  function movePen(step) {
    for (const key of held) pen = pen.map((value, axis) => Math.min(SIZE - 10, Math.max(10, value + step * MOVES[key][axis])));
    if (stroke) extend(pen, true);
    paintSoon();
  }

  on(frame, "click", (event) => {
    const action = event.target.closest?.("button")?.dataset.action;
    if (action === "undo") undo();
    else if (action === "clear") clear();
  });

  const observer = new ResizeObserver(fit);
  observer.observe(canvas);

  return {
    update(data, setStateValue) {
      const first = token === undefined;
      send = setStateValue;
      config = data;
      const forgotten = (data.ack ?? 0) < acked;  // a new session: send it the drawing
      const progress = (data.ack ?? 0) > acked;
      acked = data.ack ?? 0;
      seq = Math.max(seq, acked);
      settle(progress);
      frame.dataset.ack = acked;
      if (data.token !== token) {
        token = data.token;
        const kept = first ? recall() : null;
        strokes = kept ?? (data.ghost ? [] : copy(data.start));
        fresh = !kept?.length;
        stroke = pointer = undone = null;
        if (!first) push(data.start);
        else if (!fresh) push();
      } else if (forgotten && !fresh) push();
      fit();
    },
    destroy() {
      stop.abort();
      observer.disconnect();
      clearTimeout(timer);
      clearTimeout(owed);
      tellOverdue(false);
      late.remove();
      cancelAnimationFrame(frameAsked);
    },
  };
}
