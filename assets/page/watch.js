// Messages of the page when the app cannot show any: this runs without the live connection.
// dl101_core/server/page_watch.py puts it into every page.
(() => {
  // The address of the app, whatever the page adds to it later: client-side parts load from it.
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  globalThis.dl101Base = new URL(".", script.src).href;
  const PATIENCE = 10_000; // ms without the live connection before the notice
  const LOOK_EVERY = 250; // ms
  const UPLOAD = /\/_stcore\/upload_file\//;
  const UPLOADERS = '[data-testid="stFileUploader"], [data-testid="stCameraInput"]';
  const FAILED = '[data-testid="stFileChipIconError"]';

  /** @type {[title: string, text: string]} */
  const UNREACHED = [
    "This page cannot reach its server live.",
    "The network may block WebSockets, as the filter or proxy of a school sometimes does. Try " +
      "another network, such as a phone's hotspot, or ask whoever runs the network or this " +
      "server to let WebSockets through. The page opens by itself once they pass.",
  ];

  /** @param {string} className @param {[title: string, text: string]} words */
  function notice(className, [title, text]) {
    const box = document.createElement("div");
    box.className = className;
    box.setAttribute("role", "alert");
    const head = document.createElement("strong");
    head.textContent = title;
    box.append(head, ` ${text}`);
    Object.assign(box.style, {
      font: "16px/1.5 system-ui, sans-serif",
      color: "#3d2a00", background: "#fff4d6",
      border: "1px solid #a66f00", borderRadius: "0.4rem", padding: "0.7rem 1rem",
    });
    return box;
  }

  // ---- no live connection

  /** @type {HTMLElement | null} */
  let lost = null;

  function connected() {
    /** @type {HTMLElement | null} */
    const app = document.querySelector('[data-testid="stApp"]');
    return app?.dataset.testConnectionState === "CONNECTED";
  }

  function lookForServer() {
    if (connected()) return;
    lost = notice("dl101-unreached", UNREACHED);
    Object.assign(lost.style, {
      position: "fixed", zIndex: 999_999, inset: "1rem 1rem auto", maxWidth: "44rem",
      margin: "0 auto",
    });
    document.body.append(lost);
    const watcher = new MutationObserver(() => {
      if (!connected()) return;
      watcher.disconnect();
      lost.remove();
    });
    watcher.observe(document.documentElement, {
      subtree: true, childList: true, attributeFilter: ["data-test-connection-state"],
    });
  }

  // Counted from the end of loading: on a slow network the scripts alone may take longer.
  function begin() {
    if (document.querySelector('[data-testid="stApp"]')) setTimeout(lookForServer, PATIENCE);
    else setTimeout(begin, LOOK_EVERY);
  }
  begin();

  // ---- an upload that fails: Streamlit shows a red chip without a reason

  /** @param {XMLHttpRequest} request */
  const own = (request) => request.getResponseHeader("DL101-Reason") !== null;

  /** @param {XMLHttpRequest} request @param {number} size */
  function reasonOf(request, size) {
    const megabytes = size ? ` (${(size / 2 ** 20).toFixed(1)} MB)` : "";
    if (own(request)) return request.responseText;
    if (request.status === 403) {
      return "This browser sends no cookie with it. That happens where the page stands in a " +
        "frame of another site, or cookies are off. Open the page in a tab of its own.";
    }
    if (request.status === 413) {
      return `The file${megabytes} is larger than the network in front of this server lets ` +
        "through. Choose a smaller picture.";
    }
    if (request.status === 400) {
      return "The server no longer knows this page. Load the page again, then choose the file.";
    }
    if (request.status === 0) {
      return `The connection broke, or a proxy stopped the file${megabytes}. Try again, or ` +
        "choose a smaller picture.";
    }
    return `The server answered with error ${request.status}. Try again.`;
  }

  /** @param {string} reason */
  function explain(reason) {
    const parts = [...document.querySelectorAll(UPLOADERS)];
    const part = parts.find((one) => one.querySelector(FAILED)) ?? parts[0];
    if (!part) return;
    part.querySelector(".dl101-upload-reason")?.remove();
    const box = notice("dl101-upload-reason", ["The upload failed.", reason]);
    box.style.marginTop = "0.5rem";
    part.append(box);
  }

  function forget() {
    for (const box of document.querySelectorAll(".dl101-upload-reason")) box.remove();
  }

  const open = XMLHttpRequest.prototype.open;
  /** @param {[string, string | URL, ...unknown[]]} call */
  XMLHttpRequest.prototype.open = function (...call) {
    const [method, url] = call;
    if (UPLOAD.test(String(url)) && /^(put|delete)$/i.test(method)) {
      forget(); // a retry, or the file was removed
      if (/^put$/i.test(method)) watch(this);
    }
    return Reflect.apply(open, this, call);
  };

  /** @param {XMLHttpRequest} request */
  function watch(request) {
    let size = 0, aborted = false;
    request.upload.addEventListener("loadstart", (event) => (size = event.total));
    request.addEventListener("abort", () => (aborted = true));
    request.addEventListener("loadend", () => {
      if (aborted || (request.status >= 200 && request.status < 300)) return;
      // The chip turns red only after this event.
      setTimeout(() => explain(reasonOf(request, size)), 50);
    });
  }
})();
