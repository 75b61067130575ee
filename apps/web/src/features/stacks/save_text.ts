/** Gives the person a text as a file. */
export function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the address by then; without this the text stays in memory.
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}
