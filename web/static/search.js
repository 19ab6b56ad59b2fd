// Suggestions while one types into the search of the header, as the combobox pattern of WAI-ARIA has them; and the menus.
// Without this the form leads to the page of what was found, and the menus open and close by themselves.
(() => {
  const form = document.getElementById("finder");
  if (form) {
    const field = form.elements.q, list = document.getElementById("finder-found"), said = document.getElementById("finder-said");
    let timer, last = 0, active = -1;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) field.setAttribute(name, value);
    const options = () => [...list.children];
    function close() {
      ++last; clearTimeout(timer); active = -1; list.hidden = true;
      field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant");
    }
    function choose(place) {
      const all = options();
      active = (place + all.length + 1) % (all.length + 1);  // one past the last is the field itself
      if (active === all.length) active = -1;
      all.forEach((one, number) => one.setAttribute("aria-selected", String(number === active)));
      if (active < 0) field.removeAttribute("aria-activedescendant");
      else { field.setAttribute("aria-activedescendant", all[active].id); all[active].scrollIntoView({ block: "nearest" }); }
    }
    function option(number, address, name, about, kind) {
      const line = document.createElement("li");
      line.id = `finder-${number}`; line.setAttribute("role", "option"); line.setAttribute("aria-selected", "false"); line.dataset.address = address;
      for (const [tag, text, style] of [["span", name, ""], ["span", about, "sub"], ["span", kind, "kind"]]) {
        if (!text) continue;
        const part = document.createElement(tag);
        part.textContent = text; if (style) part.className = style;
        line.append(part, " ");
      }
      return line;
    }
    async function ask() {
      const asked = ++last, text = field.value.trim();
      if (!text) { close(); return; }
      const address = new URL(form.dataset.found, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address);
      if (!answer.ok || asked !== last) return;
      const { found, total } = await answer.json();
      if (asked !== last) return;
      const lines = found.map((one, number) => option(number, one.address, one.name, one.about, one.kind_name));
      const words = total ? form.dataset.all.replace("{count}", total) : form.dataset.none;
      if (total > found.length) lines.push(option(lines.length, page(text), words, "", ""));
      list.replaceChildren(...lines);
      active = -1; field.removeAttribute("aria-activedescendant");
      list.hidden = !lines.length;
      field.setAttribute("aria-expanded", String(lines.length > 0));
      said.textContent = words;
    }
    function page(text) {
      const address = new URL(form.action);
      for (const [name, value] of new FormData(form)) address.searchParams.set(name, value);
      address.searchParams.set("q", text);
      return address.href;
    }
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 90); });
    field.addEventListener("focus", () => { if (field.value.trim()) ask(); });
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask(); else choose(event.key === "ArrowDown" ? active + 1 : active < 0 ? options().length - 1 : active - 1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        location.href = options()[active].dataset.address;
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (list.hidden) field.value = ""; else close();
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());  // keeps the focus in the field
    list.addEventListener("click", (event) => { const line = event.target.closest("[role=option]"); if (line) location.href = line.dataset.address; });
    addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable=true]")) return;
      event.preventDefault();
      field.focus(); field.select();
    });
  }
  const menus = [...document.querySelectorAll("details.menu")];
  const shut = (but) => { for (const one of menus) if (one !== but) one.open = false; };
  addEventListener("click", (event) => shut(event.target.closest("details.menu")));
  for (const one of menus) one.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && one.open) { one.open = false; one.querySelector("summary").focus(); }
  });
})();
