// The terminal library writes its rules into `<style>` elements, which the policy of the server forbids. While a terminal is open,
// `document.createElement("style")` gives out an element whose text goes into a constructed style sheet instead, which the policy
// allows. Nothing else on the page makes style elements.

let terminals = 0;
let original: typeof document.createElement | null = null;

/** From here on style elements are stand-ins; the returned function ends it, with the last terminal. */
export function adoptStyles(): () => void {
  terminals += 1;
  if (original === null) {
    const create = document.createElement.bind(document);
    original = create;
    document.createElement = ((name: string, options?: ElementCreationOptions) =>
      name.toLowerCase() === "style" ? standIn(create) : create(name, options)) as typeof document.createElement;
  }
  let over = false;
  return () => {
    if (over) return;
    over = true;
    terminals -= 1;
    if (terminals > 0 || original === null) return;
    document.createElement = original;
    original = null;
  };
}

/** An element that goes where a style element would go, and hands its text to a style sheet of the document. */
function standIn(create: typeof document.createElement): HTMLElement {
  const element = create("span");
  const sheet = new CSSStyleSheet();
  element.hidden = true;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  Object.defineProperty(element, "textContent", {
    get: () => "",
    set: (text: string) => {
      sheet.replaceSync(text);
    },
  });
  const remove = element.remove.bind(element);
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((adopted) => adopted !== sheet);
    remove();
  };
  return element;
}
