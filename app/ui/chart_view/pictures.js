// Makes a PNG or SVG file of a figure in the browser, with the plotly.js that Praxis serves itself.

let loading = null;

function loadPlotly(api) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${api}/charts/plotly.js`;
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("no Plotly")));
    script.onerror = () => reject(new Error("not loaded"));
    document.head.append(script);
  });
  loading.catch(() => (loading = null));
  return loading;
}

async function save(root, data, format) {
  const said = root.querySelector("p");
  const buttons = [...root.querySelectorAll("button")];
  buttons.forEach((button) => (button.disabled = true));
  said.textContent = "The picture is being made.";
  try {
    const Plotly = await loadPlotly(data.api);
    const { width, height } = data;
    const url = await Plotly.toImage(data.figure, { format, width, height, scale: format === "png" ? 2 : 1 });
    const link = document.createElement("a");
    link.href = url;
    link.download = `${data.name}.${format}`;
    link.click();
    said.textContent = "";
  } catch {
    said.textContent = "The picture could not be made. Reload the page and try again.";
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".pictures");
  for (const button of root.querySelectorAll("button")) {
    button.onclick = () => save(root, component.data, button.dataset.format);
  }
}
