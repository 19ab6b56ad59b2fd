// The desk without waiting for a button: a slider or a box sends the form, and the answer takes the place of the view.
// The server orders and counts; without this the button Apply does the same. The last basket is kept in this browser only.
(() => {
  const KEY = "coopkg.basket";
  const stored = { get: () => { try { return localStorage.getItem(KEY); } catch { return null; } }, set: (text) => { try { localStorage.setItem(KEY, text); } catch { /* not allowed: the address has it all */ } } };
  let last = 0, timer;
  const wait = () => { ++last; clearTimeout(timer); timer = setTimeout(() => take(address()), 250); };  // a key held down asks once
  async function take(address, add = true) {
    const asked = ++last, answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (asked !== last) return;
    if (!answer.ok) { location.href = address; return; }
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (asked !== last) return;
    const open = new Set([...document.querySelectorAll(".facet[open] summary")].map((one) => one.firstChild.textContent));
    const focused = document.activeElement, name = focused?.name, value = focused?.value, scrolled = new Map([...document.querySelectorAll(".facet .options")].map((one, place) => [place, one.scrollTop]));
    document.getElementById("view").replaceWith(made.getElementById("view"));
    for (const one of document.querySelectorAll(".facet")) if (open.has(one.querySelector("summary").firstChild.textContent)) one.open = true;
    document.querySelectorAll(".facet .options").forEach((one, place) => { one.scrollTop = scrolled.get(place) ?? 0; });
    if (add) history.pushState(null, "", answer.url);
    if (name) [...document.querySelectorAll(`[name="${CSS.escape(name)}"]`)].find((one) => one.type !== "checkbox" || one.value === value)?.focus({ preventScroll: true });
    dress();
  }
  const place = (form) => form.action.split("?")[0];  // the form has the language as a field
  function address(button) {
    const form = document.getElementById("desk"), values = new URLSearchParams();
    for (const [name, value] of new FormData(form, button)) if (value) values.append(name, value);
    return `${place(form)}?${values}`;
  }
  function dress() {
    const form = document.getElementById("desk"), here = new URLSearchParams(location.search);
    const kept = [...here].filter(([name]) => name === "b" || name.startsWith("r."));
    if (kept.length) stored.set(new URLSearchParams(kept).toString());
    const again = document.getElementById("again"), text = stored.get();
    if (again && text) {
      const values = new URLSearchParams(location.search);
      for (const [name, value] of new URLSearchParams(text)) if (name === "b" || name.startsWith("r.")) values.set(name, value);
      again.querySelector("a").href = `${place(form)}?${values}`;
      again.hidden = false;
    }
    form.addEventListener("input", (event) => { if (event.target.type === "range") event.target.closest("label").querySelector("output").textContent = event.target.value; });
    form.addEventListener("change", (event) => { if (["range", "checkbox"].includes(event.target.type) || event.target.tagName === "SELECT") wait(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); take(address(event.submitter)); });
  }
  addEventListener("popstate", () => take(location.href, false));
  dress();
})();
