// The script of a part from a class of its views.

/**
 * @template Data
 * @typedef {object} View what a part shows in one place
 * @property {(data: Data, send: Senders) => void} show at every change of the data
 * @property {() => void} [destroy] stops timers and observers when the place is taken away
 */
/** @typedef {Pick<Given<unknown>, "setStateValue" | "setTriggerValue">} Senders */

/**
 * The default export of a part: one view for each place that Streamlit gives it. A place whose
 * content was replaced gets a new view.
 *
 * @template Data
 * @param {new (root: ShadowRoot | HTMLElement) => View<Data>} Kind
 * @returns {Part<Data>}
 */
export function mount(Kind) {
  /** @type {WeakMap<Node, { view: View<Data>, content: Element | null }>} */
  const views = new WeakMap();
  return ({ parentElement: root, data, ...send }) => {
    let kept = views.get(root);
    if (!kept || !(kept.content === null || root.contains(kept.content))) {
      kept?.view.destroy?.();
      kept = { view: new Kind(root), content: root.querySelector("[data-part]") };
      views.set(root, kept);
    }
    kept.view.show(data, send);
    const { view } = kept;
    return () => {
      // Streamlit also calls this for a change that a newer one overtook: the place stays then.
      if (root.isConnected) return;
      view.destroy?.();
      views.delete(root);
    };
  };
}

/**
 * The default export of a part that is one of the shared views and nothing else.
 *
 * @template Data
 * @param {new (host: HTMLElement) => View<Data>} Kind
 * @returns {Part<Data>}
 */
export function alone(Kind) {
  class Alone {
    /** @type {View<Data>} */
    view;

    /** @param {ShadowRoot | HTMLElement} root */
    constructor(root) {
      this.host = /** @type {HTMLElement} */ (root.querySelector(".view"));
    }

    /** @param {Data} data @param {Senders} send */
    show(data, send) {
      this.view ??= new Kind(this.host);
      this.view.show(data, send);
    }

    destroy() {
      this.view?.destroy?.();
    }
  }
  return mount(Alone);
}
