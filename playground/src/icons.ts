/** The page's few pictures, drawn in the colour of the text around them. */

const SHAPES = {
  // One instruction on: time goes to the right. The way back is each of these in a mirror.
  step: '<path d="M2.6 6.2h10M9.2 2.8l3.4 3.4-3.4 3.4"/><circle cx="8" cy="13" r="1.6" fill="currentColor" stroke="none"/>',
  // Over the call: an arc above the point.
  over: '<path d="M2 8.5a6 6 0 0 1 11.2-2.2M13.6 2.6v3.9H9.8"/><circle cx="8" cy="13" r="1.6" fill="currentColor" stroke="none"/>',
  // Out of the call: an arrow up and away from the point.
  out: '<path d="M5.6 10.4l7.2-7.2M7.4 2.8h5.6v5.6"/><circle cx="4" cy="13" r="1.6" fill="currentColor" stroke="none"/>',
  run: '<path d="M4.5 2.8v10.4L13 8z" fill="currentColor" stroke-linejoin="round"/>',
  end: '<path d="M12.8 2.8v10.4"/><path d="M3.2 2.8v10.4L10.4 8z" fill="currentColor" stroke-linejoin="round"/>',
  pause: '<path d="M5.2 3v10M10.8 3v10" stroke-width="2.6"/>',
  restart: '<path d="M13.2 8.6A5.3 5.3 0 1 1 11.4 4M11.8 1.4v3.2H8.6" stroke-linejoin="round"/>',
  // From here another way.
  live: '<path d="M2.4 13h11.2M4.4 13c4 0 4-8.6 8.6-8.6M10.4 1.8 13 4.4 10.4 7"/>',
  open: '<path d="M2 12.8V3.6h4l1.4 1.8H14v7.4z" stroke-linejoin="round"/>',
  save: '<path d="M8 2.2v7.4M4.8 6.6L8 9.8l3.2-3.2M2.6 11v2.4h10.8V11"/>',
  share: '<path d="M6.6 9.4l2.8-2.8M7.2 4.4l1.5-1.5a2.9 2.9 0 0 1 4.1 4.1l-1.5 1.5M8.8 11.6l-1.5 1.5a2.9 2.9 0 0 1-4.1-4.1l1.5-1.5"/>',
  system: '<circle cx="8" cy="8" r="5.6"/><path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor" stroke="none"/>',
  light: '<circle cx="8" cy="8" r="2.9"/><path d="M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1"/>',
  dark: '<path d="M13.4 9.6A5.7 5.7 0 0 1 6.4 2.6a5.7 5.7 0 1 0 7 7z" stroke-linejoin="round"/>',
  help: '<path d="M5.6 5.8a2.5 2.5 0 1 1 3.6 2.3C8.4 8.5 8 9 8 9.9"/><circle cx="8" cy="12.6" r="1" fill="currentColor" stroke="none"/>',
  close: '<path d="M4 4l8 8M12 4l-8 8"/>',
} as const;

export type Icon = keyof typeof SHAPES;

/** A picture; `mirrored` turns right into left. */
export function icon(name: Icon, mirrored = false): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [attribute, value] of Object.entries({ viewBox: "0 0 16 16", class: mirrored ? "icon mirrored" : "icon", "aria-hidden": "true" })) {
    svg.setAttribute(attribute, value);
  }
  svg.innerHTML = SHAPES[name];
  return svg;
}
