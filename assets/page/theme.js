// Light or dark as the learner chose, before the choice of the system. The app and our parts ask
// `matchMedia`, and so does Streamlit, when it starts and after printing: they all get the choice.
// dl101_core/server/page_watch.py puts it into every page, before Streamlit's scripts.
(() => {
  const KEY = "dl101_theme";
  const SCHEME = /prefers-color-scheme:\s*(light|dark)/;
  const APPLIED = 400; // ms until the page must have followed
  const ask = globalThis.matchMedia.bind(globalThis);
  let chosen = kept();

  /** @returns {"light" | "dark" | ""} */
  function kept() {
    try {
      const theme = localStorage.getItem(KEY);
      return theme === "light" || theme === "dark" ? theme : "";
    } catch {
      return ""; // nothing may be kept here
    }
  }

  globalThis.matchMedia = (query) => {
    const found = ask(query), [, scheme] = SCHEME.exec(query) ?? [];
    if (scheme) {
      const matches = () => (chosen ? chosen === scheme : ask(query).matches);
      Object.defineProperty(found, "matches", { get: matches });
    }
    return found;
  };

  const now = () => (globalThis.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  function apply() {
    // A popup that stands outside Streamlit's page follows, too.
    document.documentElement.style.colorScheme = chosen;
  }

  function follow() {
    apply();
    dispatchEvent(new Event("afterprint")); // Streamlit then asks for the scheme again
    dispatchEvent(new CustomEvent("dl101-theme"));
  }

  function shown() {
    const app = document.querySelector('[data-testid="stApp"]');
    return app ? getComputedStyle(app).colorScheme : now();
  }

  globalThis.dl101Theme = {
    now,
    choose(theme) {
      chosen = theme;
      let keeps = true;
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        keeps = false;
      }
      follow();
      // Another version of Streamlit may not ask again: then it does when the page is loaded.
      if (keeps) setTimeout(() => shown() === theme || location.reload(), APPLIED);
    },
  };

  // Another tab of this browser has chosen.
  addEventListener("storage", (event) => {
    if (event.key !== KEY && event.key !== null) return;
    chosen = kept();
    follow();
  });
  apply();
})();
