/** On a phone the names of the pages scroll sideways: where one is should be in sight. */

document.querySelector(".places [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

export {};
