// After an experiment was set up below, scrolls back to the picture and the experiment's note.
const HEADER = 60; // Streamlit's, in pixels
const PATIENCE = 2000; // ms

/** @type {Part<{ count: number }>} */
export default ({ data }) => {
  if (data.count <= (globalThis.dl101SetUp ?? 0)) return; // this page was only opened again
  globalThis.dl101SetUp = data.count;
  comeUp(performance.now() + PATIENCE);
};

/** @param {number} until */
function comeUp(until) {
  const main = document.querySelector('[data-testid="stMain"]');
  const title = main?.querySelector("h1");
  // The note is drawn after this part.
  if (!title || (!main.querySelector(".st-key-task_note") && performance.now() < until)) {
    requestAnimationFrame(() => comeUp(until));
    return;
  }
  // Title and question scroll out: the note is right below the header, the picture below the note.
  const question = title.closest('[data-testid="stElementContainer"]').nextElementSibling;
  main.scrollTo({ top: main.scrollTop + (question ?? title).getBoundingClientRect().bottom - HEADER });
}
