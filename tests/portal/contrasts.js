// Returns every visible text whose contrast with its background is below WCAG 2.2 AA, as "ratio text".
() => {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const ratio = (node) => {
    const pair = [channels(getComputedStyle(node).color).slice(0, 3), background(node)].map(luminance);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const isLarge = (style) => parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24);
  const hasText = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  return [...document.body.querySelectorAll("*")]
    .filter((node) => hasText(node) && node.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .filter((node) => ratio(node) < (isLarge(getComputedStyle(node)) ? 3 : 4.5))
    .map((node) => `${ratio(node).toFixed(2)} ${node.textContent.trim()}`);
};
