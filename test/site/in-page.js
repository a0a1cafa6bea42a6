// Runs in every page that the browser opens; the tests call what is in `inPage`.
/* global document, getComputedStyle, innerWidth, NodeFilter */

globalThis.inPage = {
  /**
   * Open each path in a frame of this page, a few at a time, and give what the named checks find in each. Frames, since
   * to lead a tab to another page costs the browser three times as much.
   */
  async visit(paths, { width, height }, checks) {
    const rest = [...paths];
    const found = {};
    const visitor = async () => {
      for (let path = rest.shift(); path !== undefined; path = rest.shift()) {
        const frame = document.createElement('iframe');
        Object.assign(frame, { width, height, src: `/${path}` });
        frame.style.border = 'none';
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
        document.body.append(frame);
        await loaded;
        // A page shows itself when its sidebar is complete; here it has none.
        frame.contentWindow.app.showPage();
        found[path] = Object.fromEntries(checks.map((check) => [check, frame.contentWindow.inPage[check]()]));
        frame.remove();
      }
    };
    await Promise.all([visitor(), visitor(), visitor(), visitor()]);
    return found;
  },

  /** What reaches beyond the right edge of the window, where that makes the page scroll sideways. */
  overflow() {
    if (document.scrollingElement.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll('.col-content *, header *, footer *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !scrolls(element))
      .map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 60)}`)
      .slice(0, 5);
  },

  /** Text that is hard to read on its ground: a contrast below 4.5, or below 3 where it is large. */
  faint() {
    const found = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const large = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && fontWeight >= 700);
      const ratio = contrast(rgb(color), ground(element));
      if (ratio >= (large ? 3 : 4.5)) continue;
      const key = `${element.tagName}.${element.className} ${color}: ${ratio.toFixed(2)}`;
      if (!found.has(key)) found.set(key, walker.currentNode.data.trim().slice(0, 40));
    }
    return [...found].map(([key, text]) => `${key} "${text}"`);
  },

  /** How wide the paragraphs are, in letters of middling width. */
  measure() {
    const paragraphs = [...document.querySelectorAll('.col-content .tsd-typography > p')];
    return paragraphs.map(
      (p) => p.getBoundingClientRect().width / (0.5 * parseFloat(getComputedStyle(p).fontSize)),
    );
  },
};
function scrolls(element) {
  for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
    if (getComputedStyle(at).overflowX !== 'visible') return true;
  }
  return false;
}

/** Colours come as rgb(), rgba() or color(srgb ...). */
function rgb(color) {
  const numbers = color.match(/[\d.]+/g).map(Number);
  const [r, g, b, alpha = 1] = color.startsWith('color')
    ? numbers.map((n, i) => (i < 3 ? n * 255 : n))
    : numbers;
  return { r, g, b, alpha };
}

function ground(element) {
  for (let at = element; at !== null; at = at.parentElement) {
    const color = rgb(getComputedStyle(at).backgroundColor);
    if (color.alpha > 0.95) return color;
  }
  return { r: 255, g: 255, b: 255, alpha: 1 };
}

function luminance({ r, g, b }) {
  const [lr, lg, lb] = [r, g, b].map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
}

function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
