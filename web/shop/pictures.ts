/** The demo shop's pictures: one drawing for each kind of thing, in each colour it is sold in. */
import type { Plugin } from "vite";
import { drawings } from "./drawings";

const hues = {
  black: "#33383d",
  white: "#f1ece2",
  brass: "#c39a48",
  oak: "#cda173",
  walnut: "#7a5139",
  green: "#4d8062",
  red: "#b8433a",
  sand: "#cfb487",
  steel: "#a9b5bc",
  copper: "#bd7650",
  navy: "#33507f",
  rust: "#b9592f",
  grey: "#8b949a",
  cream: "#eadfc6",
  blue: "#3f76ad",
} as const;

type Hue = keyof typeof hues;

const sold: Record<keyof typeof drawings, Hue[]> = {
  "desk-lamp": ["black", "white", "brass"],
  "floor-lamp": ["oak", "walnut"],
  shoes: ["green"],
  grill: ["black", "red"],
  "small-grill": ["black"],
  tent: ["sand"],
  "large-tent": ["sand"],
  kettle: ["steel", "black", "copper"],
  "stove-kettle": ["steel"],
  backpack: ["navy", "rust"],
  blanket: ["grey", "cream"],
  headphones: ["black", "sand"],
  bottle: ["blue"],
};

export function pictures(): Plugin {
  return {
    name: "shop-pictures",
    generateBundle() {
      for (const [kind, colours] of Object.entries(sold) as [keyof typeof drawings, Hue[]][]) {
        for (const hue of colours) {
          const main = hues[hue];
          const source = drawings[kind]({ main, dark: mixed(main, "#15191c", 0.28), light: mixed(main, "#ffffff", 0.3) });
          this.emitFile({ type: "asset", fileName: `pictures/${kind}-${hue}.svg`, source });
        }
      }
    },
  };
}

function mixed(colour: string, other: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [mine, its] = [colour, other].map((hex) => parseInt(hex.slice(at, at + 2), 16)) as [number, number];
    return Math.round(mine + (its - mine) * share)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${channels.join("")}`;
}
