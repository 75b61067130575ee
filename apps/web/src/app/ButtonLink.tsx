import { AnchorButton } from "@/ui/AnchorButton";
import { createLink } from "@tanstack/react-router";

/** A link inside the application that looks like a button. */
export const ButtonLink = createLink(AnchorButton);
