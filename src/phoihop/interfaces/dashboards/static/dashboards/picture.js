// A chart as a picture file for a report: white paper, its title above, source and day beneath.
//
// It is drawn once more, on a canvas. The page's own drawing cannot become a picture: that goes through an image
// of a blob: or data: address, and the policy takes images from this server alone.

const WIDTH = 960;
const SCALE = 2;
const EDGE = 24;

// The colours of the light theme, whichever the page has: read from the sheet that holds them.
function paperColours() {
  const sheet = [...document.styleSheets].find((each) => each.href?.endsWith("/ui/tokens.css"));
  const { style } = [...sheet.cssRules].find((rule) => rule.selectorText === ":root");
  return (text) => text.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
}

function coloured(value, resolve) {
  if (typeof value === "string") return resolve(value);
  if (Array.isArray(value)) return value.map((each) => coloured(each, resolve));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, coloured(each, resolve)]));
}

function wrapped(brush, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (lines.at(-1) && brush.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

export async function picture(library, given, options, family) {
  const resolve = paperColours();
  const chart = library.init(document.createElement("div"), null, {
    renderer: "canvas",
    width: WIDTH - 2 * EDGE,
    height: given.height,
    devicePixelRatio: SCALE,
  });
  chart.setOption(coloured(options(given, WIDTH, family), resolve));
  const drawing = chart.renderToCanvas({ pixelRatio: SCALE });
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d");
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
  const texts = [
    { text: given.title, font: `650 20px ${family}`, line: 26, colour: "var(--ink)" },
    { text: given.subject, font: `14px ${family}`, line: 22, colour: "var(--ink-2)" },
  ];
  const feet = [...given.foot, `${given.words.made} ${day}`].map((text) => ({
    text,
    font: `13px ${family}`,
    line: 19,
    colour: "var(--ink-2)",
  }));
  const laid = (each) => {
    brush.font = each.font;
    return wrapped(brush, each.text, WIDTH - 2 * EDGE).map((text) => ({ ...each, text }));
  };
  const above = texts.flatMap(laid);
  const beneath = feet.flatMap(laid);
  const tall = (lines) => lines.reduce((sum, each) => sum + each.line, 0);
  canvas.width = WIDTH * SCALE;
  canvas.height = (3 * EDGE + tall(above) + given.height + tall(beneath)) * SCALE;
  brush.scale(SCALE, SCALE);
  brush.fillStyle = "#ffffff";
  brush.fillRect(0, 0, WIDTH, canvas.height);
  brush.textBaseline = "top";
  let y = EDGE;
  const write = (each) => {
    brush.font = each.font;
    brush.fillStyle = resolve(each.colour);
    brush.fillText(each.text, EDGE, y);
    y += each.line;
  };
  above.forEach(write);
  brush.drawImage(drawing, EDGE, y + EDGE / 3, WIDTH - 2 * EDGE, given.height);
  y += given.height + EDGE;
  beneath.forEach(write);
  chart.dispose();
  const file = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = `${given.key}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
