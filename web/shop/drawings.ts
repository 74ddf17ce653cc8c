/** The kinds of things the demo shop sells, drawn flat in three tones of one colour. */

export interface Tones {
  main: string;
  dark: string;
  light: string;
}

type Drawing = (tones: Tones) => string;

const INK = "#2a3035";
const METAL = "#8f9aa0";

/** A room with light from the left; the thing stands where the floor's shadow is. */
function scene(wall: string, floor: string, thing: string, shadow = 70): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240"><rect width="320" height="240" fill="${wall}"/><path d="M0 178h320v62H0z" fill="${floor}"/><ellipse cx="164" cy="204" rx="${shadow}" ry="8" fill="#000" opacity=".13"/>${thing}</svg>`;
}

const warm = (thing: string, shadow?: number) => scene("#f3e8da", "#e6d3bd", thing, shadow);
const cool = (thing: string, shadow?: number) => scene("#e2ecec", "#c9d9d8", thing, shadow);
const dusk = (thing: string, shadow?: number) => scene("#e7e3ef", "#d2cbdf", thing, shadow);
const leaf = (thing: string, shadow?: number) => scene("#e4ecdd", "#c9d7bd", thing, shadow);

const deskLamp: Drawing = ({ main, dark, light }) =>
  warm(
    `<path d="M193 116l72 84H120z" fill="#ffe7ad" opacity=".55"/>
    <path d="M118 198l-16-70 56-58" fill="none" stroke="${dark}" stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/>
    <circle cx="102" cy="128" r="8" fill="${main}"/><path d="M84 204a34 9 0 0 1 68 0z" fill="${main}"/>
    <g transform="translate(166 74) rotate(-34)"><path d="M-15-24h30l22 50h-74z" fill="${main}"/><path d="M-15-24h9l-16 50h-15z" fill="${light}"/><rect x="-11" y="-36" width="22" height="13" rx="5" fill="${dark}"/><ellipse cy="26" rx="37" ry="8" fill="#ffdf8e"/></g>`,
    58,
  );

const floorLamp: Drawing = ({ main, dark, light }) =>
  dusk(
    `<path d="M112 98h104l18 106H94z" fill="#fff3c9" opacity=".5"/>
    <path d="M164 96l-40 108M164 96l40 108" stroke="${main}" stroke-width="7" stroke-linecap="round"/><path d="M164 96v100" stroke="${dark}" stroke-width="7" stroke-linecap="round"/>
    <path d="M142 152h44" stroke="${dark}" stroke-width="3"/>
    <path d="M128 24h72l16 74H112z" fill="#f8efd9"/><path d="M128 24h16l-10 74h-22z" fill="#fff" opacity=".7"/><path d="M112 98h104v-6H113z" fill="${light}"/>`,
    60,
  );

const shoes: Drawing = ({ main, dark, light }) => {
  const shoe = (move: string, body: string, shade: string) =>
    `<g transform="${move}"><path d="M0 66c0-30 2-44 4-54 12 8 24 8 34-2 14 26 34 40 62 44 16 2 22 10 22 22v4H0z" fill="${body}"/><path d="M0 66h122v10c0 6-4 10-10 10H8c-5 0-8-4-8-9z" fill="#f5f1e8"/><path d="M4 86h10v5H4zm20 0h10v5H24zm20 0h10v5H44zm20 0h10v5H64zm20 0h10v5H84zm16 0h10v5h-10z" fill="${INK}"/><path d="M4 12c12 8 24 8 34-2l8 12C32 34 16 32 2 30z" fill="${shade}"/><path d="M50 36l-12 10m24-2l-11 12m25-5l-9 12" stroke="#f5f1e8" stroke-width="4" stroke-linecap="round"/></g>`;
  return leaf(shoe("translate(128 78)", dark, main) + shoe("translate(82 112)", main, light), 92);
};

const grill: Drawing = ({ main, dark, light }) =>
  leaf(
    `<path d="M112 138l-26 66m130-66l26 66" stroke="${METAL}" stroke-width="6" stroke-linecap="round"/><path d="M100 176h126" stroke="${METAL}" stroke-width="4"/>
    <circle cx="90" cy="198" r="10" fill="${INK}"/><circle cx="90" cy="198" r="4" fill="${METAL}"/>
    <path d="M92 104h144a72 56 0 0 1-144 0z" fill="${dark}"/><path d="M92 100a72 58 0 0 1 144 0z" fill="${main}"/><path d="M106 92a56 42 0 0 1 34-34" fill="none" stroke="${light}" stroke-width="6" stroke-linecap="round"/>
    <rect x="88" y="98" width="152" height="8" rx="4" fill="${METAL}"/><path d="M150 44v-8h28v8" fill="none" stroke="${INK}" stroke-width="6" stroke-linejoin="round"/>
    <rect x="236" y="104" width="40" height="7" rx="3" fill="#c99b6d"/>`,
    88,
  );

const smallGrill: Drawing = ({ main, dark, light }) =>
  leaf(
    `<path d="M120 158l-14 46m102-46l14 46" stroke="${METAL}" stroke-width="6" stroke-linecap="round"/><path d="M104 190h120" stroke="${METAL}" stroke-width="4"/>
    <path d="M100 124h128l-14 40H114z" fill="${dark}"/><path d="M104 118c2-34 118-34 120 0z" fill="${main}"/><path d="M116 108c6-10 16-14 28-16" fill="none" stroke="${light}" stroke-width="5" stroke-linecap="round"/>
    <rect x="96" y="116" width="136" height="8" rx="4" fill="${METAL}"/><rect x="148" y="80" width="32" height="9" rx="4" fill="#c99b6d"/>
    <path d="M92 130c-10 0-10 18 4 18m140-18c10 0 10 18-4 18" fill="none" stroke="${METAL}" stroke-width="5"/>`,
    72,
  );

const tentOf =
  (left: number, right: number, extra: string): Drawing =>
  ({ main, dark, light }) =>
    scene(
      "#dfeaf0",
      "#bdd0ae",
      `<path d="M0 178l60-64 42 40 50-58 66 66 40-34 62 50z" fill="#c7d9df"/><path d="M152 70L${left} 202h${right - left}z" fill="${main}"/><path d="M152 70L${right} 202h40L176 62z" fill="${dark}"/><path d="M152 70L${left} 202h36z" fill="${light}"/>
      <path d="M152 92l-26 110h52z" fill="${INK}" opacity=".82"/><path d="M152 92l26 110h14z" fill="${light}"/><path d="M152 70V56m-${152 - left} 146l-16 6m${right - left + 72}-6l14 6" stroke="${INK}" stroke-width="3" stroke-linecap="round"/>${extra}`,
      108,
    );

const tent = tentOf(78, 226, "");
const largeTent = tentOf(
  52,
  240,
  `<path d="M96 120l-64 30v54" fill="none" stroke="${METAL}" stroke-width="4"/><path d="M126 96L32 148l26 6 62-26z" fill="#e8d9b8"/>`,
);

const kettle: Drawing = ({ main, dark, light }) =>
  cool(
    `<path d="M214 82c40 4 42 78 2 92" fill="none" stroke="${INK}" stroke-width="13" stroke-linecap="round"/>
    <path d="M112 96l-34-16c-6 12 8 34 36 44z" fill="${dark}"/>
    <path d="M118 70h92l18 124H102z" fill="${main}"/><path d="M118 70h20l-16 124h-20z" fill="${light}"/><path d="M196 70h14l18 124h-22z" fill="${dark}"/>
    <path d="M122 70c4-20 80-20 84 0z" fill="${dark}"/><rect x="154" y="40" width="20" height="14" rx="6" fill="${INK}"/><rect x="94" y="192" width="142" height="12" rx="6" fill="${INK}"/>`,
    84,
  );

const stoveKettle: Drawing = ({ main, dark, light }) =>
  cool(
    `<path d="M104 104C96 30 232 30 224 104" fill="none" stroke="${INK}" stroke-width="11" stroke-linecap="round"/>
    <path d="M222 128l44-34 10 14-38 54z" fill="${dark}"/><path d="M84 168c0-48 30-76 80-76s80 28 80 76c0 22-12 34-30 34H114c-18 0-30-12-30-34z" fill="${main}"/>
    <path d="M98 168c0-36 18-58 48-64" fill="none" stroke="${light}" stroke-width="9" stroke-linecap="round"/><path d="M130 96c4-14 64-14 68 0z" fill="${dark}"/><circle cx="164" cy="80" r="8" fill="#c99b6d"/><path d="M90 188h148c-5 9-13 14-24 14H114c-11 0-19-5-24-14z" fill="${dark}"/>`,
    88,
  );

const backpack: Drawing = ({ main, dark, light }) =>
  dusk(
    `<path d="M142 54c0-30 44-30 44 0" fill="none" stroke="${INK}" stroke-width="8"/><path d="M104 108c-26 12-26 60-16 88m136-88c26 12 26 60 16 88" fill="none" stroke="${dark}" stroke-width="11" stroke-linecap="round"/>
    <path d="M100 108c0-44 26-60 64-60s64 16 64 60v80c0 10-6 16-16 16h-96c-10 0-16-6-16-16z" fill="${main}"/><path d="M100 108c0-44 26-60 64-60-30 6-44 24-44 58v98h-4c-10 0-16-6-16-16z" fill="${light}"/>
    <path d="M118 146h92v44c0 6-4 10-10 10h-72c-6 0-10-4-10-10z" fill="${dark}"/><path d="M126 158h76" stroke="${light}" stroke-width="4" stroke-linecap="round"/><path d="M120 104c30-10 58-10 88 0" fill="none" stroke="${dark}" stroke-width="5" stroke-linecap="round"/><rect x="156" y="150" width="16" height="20" rx="4" fill="#d9b68c"/>`,
    78,
  );

const blanket: Drawing = ({ main, dark, light }) =>
  warm(
    `<path d="M76 154h176v36c0 8-6 12-12 12H88c-8 0-12-6-12-12z" fill="${dark}"/><path d="M70 116h184c10 0 10 40 0 40H70c-12 0-12-40 0-40z" fill="${main}"/><path d="M78 78h172c10 0 10 40 0 40H78c-12 0-12-40 0-40z" fill="${light}"/>
    <path d="M84 88h160M84 98h160M78 126h168M78 136h168" stroke="${dark}" stroke-width="2.500" opacity=".4"/><path d="M252 80v36m6-34v32m6-30v26" stroke="${light}" stroke-width="3" stroke-linecap="round"/>
    <path d="M112 78v126h22V78z" fill="${dark}" opacity=".35"/>`,
    104,
  );

const headphones: Drawing = ({ main, dark, light }) =>
  cool(
    `<path d="M92 142c-4-128 148-128 144 0" fill="none" stroke="${dark}" stroke-width="14" stroke-linecap="round"/><path d="M104 96c12-52 108-52 120 0" fill="none" stroke="${light}" stroke-width="5" stroke-linecap="round"/>
    <rect x="72" y="124" width="44" height="76" rx="21" fill="${main}"/><rect x="106" y="130" width="18" height="64" rx="9" fill="${INK}"/><rect x="212" y="124" width="44" height="76" rx="21" fill="${main}"/><rect x="204" y="130" width="18" height="64" rx="9" fill="${INK}"/>
    <rect x="80" y="138" width="8" height="46" rx="4" fill="${light}"/>`,
    96,
  );

const bottle: Drawing = ({ main, dark, light }) =>
  leaf(
    `<rect x="146" y="30" width="38" height="26" rx="7" fill="${INK}"/><path d="M157 30c0-14 18-14 18 0" fill="none" stroke="${INK}" stroke-width="6"/><path d="M150 54h30v10c0 8 22 16 22 36v88c0 10-6 16-16 16h-42c-10 0-16-6-16-16v-88c0-20 22-28 22-36z" fill="${main}"/>
    <path d="M140 102v84" stroke="${light}" stroke-width="8" stroke-linecap="round"/><path d="M190 92c8 4 12 8 12 14v82c0 10-6 16-16 16h-8c10-4 12-12 12-20z" fill="${dark}"/><path d="M128 152h74v14h-74z" fill="${light}" opacity=".6"/>`,
    52,
  );

export const drawings = {
  "desk-lamp": deskLamp,
  "floor-lamp": floorLamp,
  shoes,
  grill,
  "small-grill": smallGrill,
  tent,
  "large-tent": largeTent,
  kettle,
  "stove-kettle": stoveKettle,
  backpack,
  blanket,
  headphones,
  bottle,
} satisfies Record<string, Drawing>;
