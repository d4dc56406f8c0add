// Puts a part's HTML and style into the place that Streamlit gives it, once.

/**
 * @param {ShadowRoot | HTMLElement} root
 * @param {{ name: string, html: string, css: string }} page
 */
export function place(root, { name, html, css }) {
  if ([...root.children].some((one) => one.hasAttribute("data-part"))) return;
  const style = document.createElement("style");
  style.textContent = css;
  const whole = document.createElement("div");
  whole.style.display = "contents";
  whole.dataset.part = name;
  whole.append(style, document.createRange().createContextualFragment(html));
  root.append(whole);
}
