// What pages do beyond HTML: times in the reader's zone, the theme, questions before something hurts,
// a few keys. Every page works without it.
"use strict";

(() => {
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
  const short = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

  // Times in the reader's own zone; the exact one on hover.
  function localise(root) {
    for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
      const instant = new Date(time.dateTime);
      if (Number.isNaN(instant.getTime())) continue;
      time.title = exact.format(instant);
      time.textContent = short.format(instant);
    }
  }

  // A form whose field is filled in from what stands behind the # of the address.
  function fillFragments() {
    for (const form of document.querySelectorAll("form[data-fragment]")) {
      const field = form.elements[form.dataset.fragment];
      if (location.hash.length > 1 && field.value === "") {
        field.value = location.hash.slice(1);
        history.replaceState(null, "", location.pathname);
        form.querySelector("button").focus();
      }
    }
  }

  const themes = ["auto", "light", "dark"];
  function switchTheme() {
    const root = document.documentElement;
    const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    root.dataset.theme = next;
    document.cookie = `syncline-theme=${next}; Path=/; Max-Age=31536000; SameSite=Lax`;
  }

  // A button that hurts asks first: data-confirm holds the question.
  function ask(event) {
    const button = event.submitter;
    const question = button?.dataset.confirm ?? event.target.dataset?.confirm;
    if (!question || event.target.dataset.asked) return;
    event.preventDefault();
    const dialog = document.createElement("dialog");
    const text = document.createElement("p");
    text.id = "question";
    text.textContent = question;
    dialog.setAttribute("aria-labelledby", "question");
    const row = document.createElement("p");
    row.className = "row";
    const yes = document.createElement("button");
    yes.className = "danger";
    yes.textContent = button?.textContent.trim() || "OK";
    const no = document.createElement("button");
    no.textContent = document.documentElement.dataset.cancel || "Cancel";
    row.append(yes, no);
    dialog.append(text, row);
    document.body.append(dialog);
    const end = () => { dialog.close(); dialog.remove(); button?.focus(); };
    no.onclick = end;
    dialog.oncancel = end;
    yes.onclick = () => {
      event.target.dataset.asked = "yes";
      dialog.close();
      dialog.remove();
      event.target.requestSubmit(button);
      delete event.target.dataset.asked;
    };
    dialog.showModal();
    no.focus();
  }

  // Copies, and says so on the button. Where the browser lets no page copy, the box that holds the text
  // is selected instead.
  async function copy(button) {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = `✓ ${label}`;
      setTimeout(() => { button.textContent = label; }, 2000);
    } catch {
      const holds = (one) => one.value.trim() === button.dataset.copy.trim();
      [...document.querySelectorAll("[readonly]")].find(holds)?.select();
    }
  }

  // "/" goes to the search of the page.
  function keys(event) {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); }
    }
  }

  function submitOnChange(event) {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  }

  // A page that follows says when it cannot. A stream that ends is asked for again at once, which is no loss.
  const PATIENCE = 4000;
  let losing = null;
  function lose() {
    losing ??= setTimeout(() => { document.getElementById("lost").hidden = false; }, PATIENCE);
  }
  function find() {
    clearTimeout(losing);
    losing = null;
    document.getElementById("lost").hidden = true;
  }

  // On a telephone the places of a page are a line that goes sideways: the present one has to be seen.
  function showPlace() {
    const side = document.querySelector("nav.side ul");
    const place = side?.querySelector("[aria-current]");
    // In the middle, so that there is seen to be more on both sides.
    if (place) side.scrollLeft = place.offsetLeft - side.offsetLeft - (side.clientWidth - place.offsetWidth) / 2;
  }

  document.addEventListener("htmx:sseError", lose);
  document.addEventListener("htmx:sseOpen", find);
  document.addEventListener("submit", ask);
  document.addEventListener("keydown", keys);
  document.addEventListener("change", submitOnChange);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-switch]")) switchTheme();
    if (event.target.closest("[data-back]") && history.length > 1) { event.preventDefault(); history.back(); }
    const copied = event.target.closest("[data-copy]");
    if (copied) copy(copied);
  });
  document.addEventListener("htmx:load", (event) => localise(event.target));
  document.addEventListener("htmx:sseMessage", (event) => localise(event.target));
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["x-csrf"] = document.querySelector("meta[name=csrf]").content;
  });
  // A part that was asked for after the session ended: the page asks to sign in, nothing typed is lost.
  document.addEventListener("htmx:responseError", (event) => {
    const target = event.detail.target;
    if (target && event.detail.xhr.getResponseHeader("content-type")?.startsWith("text/html")) {
      target.innerHTML = event.detail.xhr.responseText;
    }
  });
  localise(document);
  showPlace();
  fillFragments();
})();
