import "@/ui/tokens.css";
import "@/ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, prepare } from "@/app/App";
import { loadLanguage } from "@/app/language";
import { watchParts } from "@/app/parts";
import { preferences, show } from "@/preferences";
import { setUpClient } from "@/api/client";
import { allowOwnScripts } from "@/app/trusted_types";

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no element with the id `root`");
  show();
  allowOwnScripts();
  watchParts();
  setUpClient();
  await Promise.all([loadLanguage(preferences().language), prepare()]);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void start();
