// Drawing with mouse, finger or stylus: one of them at a time.
import { SIZE } from "./strokes.js";

/** @param {import("./main.js").DrawPad} pad */
export function listenToPointer(pad) {
  const { canvas } = pad;
  /** @param {PointerEvent} event */
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIZE, ((event.clientY - box.top) / box.height) * SIZE];
  };
  pad.on(canvas, ["pointerdown"], (event) => {
    if (event.button || pad.pointer !== null) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    pad.end();
    pad.pen.show(false);
    pad.pointer = event.pointerId;
    try { canvas.setPointerCapture(pad.pointer); } catch { /* already lifted */ }
    pad.begin(place(event));
  });
  pad.on(canvas, ["pointermove"], (event) => {
    if (event.pointerId !== pad.pointer || !pad.drawing) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) pad.extend(place(each), false);
  });
  pad.on(canvas, ["pointerup", "pointercancel", "lostpointercapture"], (event) => {
    if (event.pointerId !== pad.pointer) return;
    if (pad.drawing && event.type === "pointerup") pad.extend(place(event), true);
    pad.lift();
  });
  pad.on(canvas, ["touchstart", "touchmove", "contextmenu"], (event) => event.preventDefault());
}
