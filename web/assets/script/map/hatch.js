// Patterns for ground whose figures are not whole: seen without colour, and drawn here so that no image is fetched.

const SIZE = 16;
const HATCHES = {
  "hatch-partial": { gap: 8, ink: [94, 81, 24, 150] },
  "hatch-missing": { gap: 4, ink: [70, 70, 70, 190] },
};

export function addHatches(map) {
  map.on("styleimagemissing", ({ id }) => {
    if (id in HATCHES && !map.hasImage(id)) map.addImage(id, hatch(HATCHES[id]), { pixelRatio: 2 });
  });
}

function hatch({ gap, ink }) {
  const data = new Uint8Array(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      if ((x + y) % gap < 2) data.set(ink, (y * SIZE + x) * 4);
    }
  }
  return { width: SIZE, height: SIZE, data };
}
