// Patterns for ground whose figures are not whole: seen without colour, and drawn here so that no image is fetched.

const SIZE = 32; // drawn at half that, so that lines are sharp on fine screens
const HATCHES = {
  "hatch-partial": { gap: 32, line: 3, ink: [110, 84, 10, 150] },
  "hatch-missing": { gap: 16, line: 3, ink: [60, 60, 60, 130] },
};

export function addHatches(map) {
  map.setMissingStyleImageResolver(async (id) => {
    if (id in HATCHES && !map.hasImage(id)) map.addImage(id, hatch(HATCHES[id]), { pixelRatio: 2 });
  });
}

function hatch({ gap, line, ink }) {
  const data = new Uint8Array(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      if ((x + y) % gap < line) data.set(ink, (y * SIZE + x) * 4);
    }
  }
  return { width: SIZE, height: SIZE, data };
}
