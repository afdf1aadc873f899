// The viewer's choice between the theme's schemes: buttons with data-scheme-choice, hidden where no script runs.

const SCHEME = "dashgen-scheme";

function attachSchemes() {
  const buttons = [...document.querySelectorAll("[data-scheme-choice]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      chooseScheme(button.dataset.schemeChoice);
      markScheme(buttons);
    });
    for (const hidden of [button, button.closest("[hidden]")]) hidden?.removeAttribute("hidden");
  }
  markScheme(buttons);
}

function chosenScheme() {
  return document.documentElement.dataset.scheme || "system";
}

function chooseScheme(scheme) {
  const root = document.documentElement;
  if (scheme === "system") delete root.dataset.scheme;
  else root.dataset.scheme = scheme;
  try {
    if (scheme === "system") localStorage.removeItem(SCHEME);
    else localStorage.setItem(SCHEME, scheme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function markScheme(buttons) {
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.schemeChoice === chosenScheme()));
}
