// A skip link for the keyboard: it leads past the controls to their target.

/** @type {Part<{ label: string, to: string }>} */
export default function ({ parentElement: root, data }) {
  const link = /** @type {HTMLAnchorElement} */ (root.querySelector(".dl101-skip"));
  link.textContent = data.label;
  link.onclick = (event) => {
    event.preventDefault();
    const part = document.querySelector(`.st-key-${data.to}`);
    part?.scrollIntoView({ block: "center" });
    /** @type {HTMLElement | null | undefined} */
    const control = part?.querySelector("button, input, a, [tabindex]");
    control?.focus();
  };
}
