// Narrows the list of countries while a name is typed; the server finds, so that both ways agree.
(() => {
  const form = document.getElementById("find");
  if (!form) return;
  const field = form.elements.q, found = document.getElementById("found"), all = document.getElementById("all");
  const nothing = document.getElementById("nothing"), count = document.getElementById("count");
  const lines = new Map([...all.querySelectorAll("li[data-code]")].map((line) => [line.dataset.code, line]));
  let timer, last = 0;
  async function search() {
    const asked = ++last, text = field.value.trim();
    let codes = [...lines.keys()];
    if (text) {
      const address = new URL(form.dataset.codes, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address);
      if (!answer.ok || asked !== last) return;
      codes = (await answer.json()).codes;
    }
    if (asked !== last) return;
    found.replaceChildren(...(text ? codes.filter((code) => lines.has(code)).map((code) => lines.get(code).cloneNode(true)) : []));
    found.hidden = !text;
    all.hidden = Boolean(text);
    nothing.hidden = !text || codes.length > 0;
    count.textContent = count.dataset.words.replace("{count}", codes.length);
    const here = new URL(location.href);
    if (text) here.searchParams.set("q", text); else here.searchParams.delete("q");
    history.replaceState(null, "", here);
  }
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 120); });
})();
