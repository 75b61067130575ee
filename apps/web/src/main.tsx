import "@/ui/tokens.css";
import "@/ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import { loadLanguage } from "@/app/language";
import { preferences, show } from "@/preferences";
import { setUpClient } from "@/api/client";
import { allowOwnScripts } from "@/app/trusted_types";

// A part of the application that a new release has replaced: the page is loaded again, and gets the new one.
globalThis.addEventListener("vite:preloadError", () => globalThis.location.reload());

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no element with the id `root`");
  show();
  allowOwnScripts();
  setUpClient();
  await loadLanguage(preferences().language);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void start();
