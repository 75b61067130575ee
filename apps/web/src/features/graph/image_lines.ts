// How the image of a service is written in its box, where a line has little room.

/** Characters that fit on a line. */
const FITS = 24;

/** Characters of a digest that tell it apart. */
const DIGEST = 7;

/**
 * The image on one line, or with what it comes from above its name: an image that comes from elsewhere looks like another one, as
 * does one with another tag or digest.
 */
export function imageLines(image: string): string[] {
  if (image === "") return [];
  const [reference = "", digest] = image.split("@");
  const name = digest === undefined ? reference : `${reference}@${digest.replace(/^\w+:/, "").slice(0, DIGEST)}`;
  const start = reference.lastIndexOf("/") + 1;
  if (name.length <= FITS || start === 0) return [inTheMiddle(name)];
  return [inTheMiddle(name.slice(0, start)), inTheMiddle(name.slice(start))];
}

/** Cut in its middle if it is too long: its beginning and its end say more. */
function inTheMiddle(text: string): string {
  if (text.length <= FITS) return text;
  const head = Math.floor((FITS - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (FITS - 1 - head))}`;
}
