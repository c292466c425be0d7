// Shows what the server put into this page's HTML, before any other script has arrived. It stands inside of
// the element that it draws into, and goes when it has drawn.
(() => {
  const root = document.documentElement, told = JSON.parse(document.getElementById("first-sight").textContent);
  const chart = document.querySelector("figure.chart");
  const mode = root.classList.contains("dark") ? "dark" : "light", language = root.lang === "es" ? "es" : "en";
  chart.querySelector(".chart-stage").setAttribute("aria-label", told.summary);
  Sketch.legend(chart.querySelector(".chart-key"), told.figure, mode, language);
  Sketch.draw(chart.querySelector(".chart-sketch"), told.figure, mode, language);
})();
