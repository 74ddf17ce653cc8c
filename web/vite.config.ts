/** Builds what the gateway serves under /static: file names are stable, so pages add `?v=` themselves. */
import { defineConfig } from "vite";
import { pictures } from "./shop/pictures";

const stable = { entryFileNames: "[name].js", assetFileNames: "[name][extname]" };

export default defineConfig(({ mode }) => {
  const widget = mode === "widget";
  return {
    base: "/static/",
    // The widget is one classic script, so that a shop adds one tag; pages may use as many modules as they like.
    publicDir: widget ? false : "public",
    plugins: widget ? [] : [pictures()],
    build: {
      outDir: "../meantime/static",
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: widget
        ? { input: { widget: "widget/widget.ts" }, output: { ...stable, format: "iife" as const } }
        : {
            input: { shop: "shop/shop.ts", desk: "desk/desk.ts" },
            output: { ...stable, chunkFileNames: "[name].js" },
            // htmx can evaluate what stands in attributes; the desk's pages switch that off and forbid it.
            checks: { eval: false },
          },
    },
  };
});
