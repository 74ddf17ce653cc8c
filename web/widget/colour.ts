/** A shop's own colour, with black or white on it: whichever can be read. */

/** Paint `host` in `colour`; nothing happens when that is no colour. */
export function paint(host: HTMLElement, colour: string | undefined): void {
  if (!colour || !CSS.supports("color", colour)) return;
  host.style.setProperty("--meantime-accent", colour);
  host.style.setProperty("--meantime-on-accent", luminance(colour) > 0.179 ? "#000" : "#fff");
}

/** WCAG's relative luminance; at 0.179 black and white are read equally well. */
function luminance(colour: string): number {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return 0;
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = Array.from(pen.getImageData(0, 0, 1, 1).data, (channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
